internal import Imaging

extension LIME: ExplanationMethod {
  static var parameters: [String] {
    SuperPixels.parameters + ["samples", "kernel-width", "penalty", "features"]
  }
  static var views: Int { 3 }
  static var isExpensive: Bool { true }

  static func cost(_ parameters: Explain.Parameters) -> Double { Double(parameters.samples) }

  init(_ parameters: Explain.Parameters) {
    self.init(
      samples: parameters.samples, kernelWidth: parameters.kernelWidth,
      penalty: parameters.penalty, hiding: parameters.hide)
  }

  func findings(
    _ image: Image, _ prediction: ExplainedModel.Prediction, _ setting: ExplanationMethods
  ) throws -> [ExplanationMethods.Named] {
    let parts = SuperPixels(image, setting.parameters)
    var draws = setting.draws(.lime, prediction)
    let found = try explain(
      image, class: prediction.predicted, segments: parts.segments,
      variants: variants(segments: parts.count, draws: &draws),
      classify: setting.model.probabilities)
    let features = setting.parameters.features
    return [
      (
        Explain.Method.lime.rawValue,
        Finding(
          saliency: found.saliency(width: image.width, height: image.height),
          views: [
            ("-hidden", found.hiddenView(of: image, features: features)),
            ("-positive", found.positiveView(of: image, features: features)),
            ("-both", found.bothView(of: image, features: features)),
          ],
          arrays: [
            ("-weights", NPYArray(float32: found.weights.map { Float($0) }, shape: [parts.count])),
            ("-segments", parts.array),
          ], fit: found.fit)
      )
    ]
  }
}
