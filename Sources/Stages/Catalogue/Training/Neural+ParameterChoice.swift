public import Neural
public import PipelineDSL

/// Backbones are chosen by name in a pipeline.
extension Backbone: ParameterChoice {}

/// Schedules, too.
extension RateSchedule: ParameterChoice {}
