internal import Imaging
internal import Neural

/// Gradient-weighted class activation mapping (Selvaraju and others 2017).
///
/// The map itself is `LayerMaps.gradCAM`.
struct GradCAM: ExplanationMethod {
  static let need: ExplanationNeed? = .mapGradients
  static let parameters = ["layer"]
  static let isPerNetwork = true

  static func cost(_ parameters: Explain.Parameters) -> Double { 3 }

  init(_ parameters: Explain.Parameters) {}

  func findings(
    _ image: Image, _ prediction: ExplainedModel.Prediction, _ setting: ExplanationMethods
  ) throws -> [ExplanationMethods.Named] {
    try setting.model.gradCAMs(image, prediction.predicted).map {
      try setting.finding($0, .gradCAM, image, prediction)
    }
  }
}
