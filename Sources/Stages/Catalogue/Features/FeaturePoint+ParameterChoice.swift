public import Neural
public import PipelineDSL

/// The places where features are taken are chosen by name in a pipeline.
extension FeaturePoint: ParameterChoice {}
