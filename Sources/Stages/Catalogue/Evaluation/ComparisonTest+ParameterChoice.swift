public import PipelineDSL
public import Statistics

/// The test of differences is chosen by name in a pipeline: the parameter `test` of `compare`.
extension ComparisonTest: ParameterChoice {}
