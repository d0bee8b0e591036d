public import PipelineDSL
public import Statistics

/// The corrections of p-values are chosen by name in a pipeline.
extension MultipleComparisons: ParameterChoice {}
