public import Imaging
public import PipelineDSL

/// Resampling filters are chosen by the library's names in a pipeline.
extension Resampling: ParameterChoice {}
