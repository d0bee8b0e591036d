internal import Imaging
internal import PipelineDSL

/// SmoothGrad (Smilkov, Thorat, Kim, Viégas and Wattenberg 2017).
///
/// The gradient of a class's logit is averaged over copies of the input with normal noise; the map
/// is the sum over channels of its magnitudes. With `squared`, gradients are squared before they
/// are averaged (Hooker et al. 2019).
struct SmoothGrad: ExplanationMethod {
  static let need: ExplanationNeed? = .gradients
  static let parameters = ["copies", "noise", "squared"]

  /// The number of noisy copies.
  var copies = 25
  /// The standard deviation of the noise, as a share of the range of the input's numbers.
  var noise = 0.15
  /// Whether gradients are squared before they are averaged.
  var squared = false

  /// The number of copies in memory at a time.
  private static let batch = 16

  static func cost(_ parameters: Explain.Parameters) -> Double { 3 * Double(parameters.copies) }

  init(_ parameters: Explain.Parameters) {
    self.init(copies: parameters.copies, noise: parameters.noise, squared: parameters.squared)
  }

  /// A method with a number of copies and a strength of noise.
  init(copies: Int = 25, noise: Double = 0.15, squared: Bool = false) {
    (self.copies, self.noise, self.squared) = (copies, noise, squared)
  }

  func findings(
    _ image: Image, _ prediction: ExplainedModel.Prediction, _ setting: ExplanationMethods
  ) throws -> [ExplanationMethods.Named] {
    guard let gradients = setting.model.gradients else {
      throw StageError("the model has no gradients")
    }
    let label = prediction.predicted
    var draws = setting.draws(.smoothGrad, prediction)
    let found = try means(
      of: try gradients.input(image), noise: { draws.normal() },
      gradients: { try gradients.gradients($0, label) })
    let channels = image.channels
    let map = (0..<image.width * image.height).map { pixel in
      Float(found[pixel * channels..<(pixel + 1) * channels].reduce(0) { $0 + abs($1) })
    }
    try setting.check(map, .smoothGrad, prediction)
    return [setting.finding(signed: map, .smoothGrad, image)]
  }

  /// The mean gradient, or mean square, of each number of an input.
  ///
  /// `noise` returns one standard normal number at a time; `gradients` returns the gradient of the
  /// class's logit at each of several concatenated inputs.
  func means(
    of input: [Float], noise draw: () -> Double, gradients: ([Float]) throws -> [Float]
  ) rethrows -> [Double] {
    let deviation = noise * Double((input.max() ?? 0) - (input.min() ?? 0))
    var means = [Double](repeating: 0, count: input.count)
    for start in stride(from: 0, to: copies, by: Self.batch) {
      let count = min(Self.batch, copies - start)
      var inputs: [Float] = []
      inputs.reserveCapacity(count * input.count)
      for _ in 0..<count {
        for value in input { inputs.append(value + Float(deviation * draw())) }
      }
      let found = try gradients(inputs)
      for copy in 0..<count {
        for at in means.indices {
          let gradient = Double(found[copy * input.count + at])
          means[at] += (squared ? gradient * gradient : gradient) / Double(copies)
        }
      }
    }
    return means
  }
}
