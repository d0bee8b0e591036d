internal import Imaging

extension Occlusion: ExplanationMethod {
  static var parameters: [String] { ["window", "stride", "hide"] }

  static func cost(_ parameters: Explain.Parameters) -> Double {
    let places = ((1 - parameters.window) / parameters.stride).rounded(.up) + 1
    return places * places
  }

  init(_ parameters: Explain.Parameters) {
    self.init(
      window: parameters.window, stride: parameters.stride, hiding: parameters.hide)
  }

  func findings(
    _ image: Image, _ prediction: ExplainedModel.Prediction, _ setting: ExplanationMethods
  ) throws -> [ExplanationMethods.Named] {
    let losses = try losses(
      of: image, class: prediction.predicted, classify: setting.model.probabilities)
    try setting.check(losses.values, .occlusion, prediction)
    let map = Saliency.enlarged(
      losses.values, width: losses.columns, height: losses.rows, toWidth: image.width,
      toHeight: image.height)
    return [
      setting.finding(
        signed: map, .occlusion, image,
        arrays: [
          ("-losses", NPYArray(float32: losses.values, shape: [losses.rows, losses.columns]))
        ])
    ]
  }
}
