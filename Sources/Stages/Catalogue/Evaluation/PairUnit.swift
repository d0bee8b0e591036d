internal import PipelineDSL

/// The parameter `pairs` of `compare`: what is paired between a cell and the baseline.
enum PairUnit: String, ParameterChoice {
  /// The metrics of repeats.
  case repeats
  /// Test samples too, from predictions.
  case samples
}
