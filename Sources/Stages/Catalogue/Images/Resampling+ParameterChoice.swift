public import Imaging
public import PipelineDSL

/// A user names it as the library does.
extension Resampling: ParameterChoice {}
