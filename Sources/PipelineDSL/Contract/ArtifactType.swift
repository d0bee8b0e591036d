/// What flows between stages.
///
/// A `needs` entry joins an output to an input of the same type.
public enum ArtifactType: String, CaseIterable, Sendable, Hashable, ParameterChoice {
  /// `samples.csv`: one row a sample (id, source, native label, label, group).
  case samples
  /// `pixels.npy` (uint8, N x H x W x 3), `samples.csv` in the same order, `crops.csv`.
  case images
  /// `split.csv`: which sample trains, validates and tests.
  case split
  /// `views.json` and `views.csv`: the recipe by which a sample varies from epoch to epoch.
  case views
  /// `model.safetensors` and `model.json`.
  case model
  /// `features.npy`: one vector a sample.
  case features
  /// `predictions.csv`: probabilities a sample.
  case predictions
  /// `metrics.json`: named numbers, and tables beside it.
  case metrics
  /// PNG overlays, arrays and an `index.csv`.
  case explanations
  /// Nucleus masks as PNG, one a sample.
  case masks
  /// Anything else.
  case files
}
