internal import Imaging
internal import PipelineDSL

extension IntegratedGradients: ExplanationMethod {
  static var need: ExplanationNeed? { .gradients }
  static var parameters: [String] { ["steps", "baseline"] }

  static func cost(_ parameters: Explain.Parameters) -> Double { 3 * Double(parameters.steps) }

  init(_ parameters: Explain.Parameters) { self.init(steps: parameters.steps) }

  func findings(
    _ image: Image, _ prediction: ExplainedModel.Prediction, _ setting: ExplanationMethods
  ) throws -> [ExplanationMethods.Named] {
    guard let gradients = setting.model.gradients else {
      throw StageError("the model has no gradients")
    }
    let label = prediction.predicted
    let input = try gradients.input(image)
    let baseline = try gradients.input(setting.parameters.baseline.image(for: image))
    let attributions = try attributions(
      of: input, from: baseline, gradients: { try gradients.gradients($0, label) })
    let ends = try gradients.logits(input + baseline).map { $0[label] }
    let channels = image.channels
    let map = (0..<image.width * image.height).map { pixel in
      Float(attributions[pixel * channels..<(pixel + 1) * channels].reduce(0, +))
    }
    try setting.check(map + ends, .integratedGradients, prediction)
    var named = setting.finding(signed: map, .integratedGradients, image)
    named.finding.completeness = Finding.Completeness(
      sum: attributions.reduce(0, +), difference: Double(ends[0]) - Double(ends[1]))
    return [named]
  }
}
