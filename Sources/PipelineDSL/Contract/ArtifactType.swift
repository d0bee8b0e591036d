/// The type of an artifact that passes between stages.
///
/// A `needs` entry connects an output to an input of the same type.
public enum ArtifactType: String, CaseIterable, Sendable, Hashable, ParameterChoice {
  /// `samples.csv`: one row per sample (id, source, native label, label, group).
  case samples
  /// `pixels.npy` (uint8, N x H x W x 3), `samples.csv` in the same order, `crops.csv`.
  case images
  /// `split.csv`: the part (train, validation, calibration or test) of each sample.
  case split
  /// `views.json` and `views.csv`, or `rule.json` and `ids.csv`: how each epoch augments samples.
  case views
  /// `model.safetensors` and `model.json`.
  case model
  /// `features.npy`: one vector per sample.
  case features
  /// `predictions.csv`: class probabilities and logits per sample.
  case predictions
  /// `metrics.json`: named numbers, with tables in further files.
  case metrics
  /// PNG overlays, arrays and an `index.csv`.
  case explanations
  /// `masks.npy` (uint8, N x H x W: 0 background, 1 cytoplasm, 2 nucleus), `samples.csv` in the
  /// same order.
  case masks
  /// Anything else.
  case files
}
