public import Neural
public import PipelineDSL

/// Backbones are chosen by name in a pipeline.
extension Backbone: ParameterChoice {}

/// Learning-rate schedules are chosen by name in a pipeline.
extension RateSchedule: ParameterChoice {}

/// The forms of weight decay are chosen by name in a pipeline.
extension DecayForm: ParameterChoice {}

/// The monitored number is chosen by name in a pipeline.
extension Monitor: ParameterChoice {}
