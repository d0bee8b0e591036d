public import Neural
public import PipelineDSL

/// Backbones are chosen by name in a pipeline.
extension Backbone: ParameterChoice {}

/// Learning-rate schedules are chosen by name in a pipeline.
extension RateSchedule: ParameterChoice {}
