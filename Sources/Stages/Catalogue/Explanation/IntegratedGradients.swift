internal import Imaging
internal import PipelineDSL

/// Integrated gradients (Sundararajan, Taly and Yan 2017, equation 1).
///
/// The gradient of a class's logit is averaged along the straight line from a baseline to the image,
/// and each number of the input gets its own change along the line times that mean. The integral is
/// Gauss and Legendre's sum, as in the package captum. Attributions add up to the change of the logit
/// ("completeness"), but for the error of the sum.
struct IntegratedGradients: Sendable {
  /// Where the line begins: an image that should say nothing of the class.
  ///
  /// What has the baseline's colour gets nothing. Black is the paper's, but leaves out dark nuclei;
  /// white is an empty bright field. The image's own mean colour lies between nucleus and ground,
  /// whether that is bright or black, so that both can count.
  enum Baseline: String, ParameterChoice {
    /// The mean colour of the image.
    case mean
    /// Black.
    case black
    /// White: an empty bright field.
    case white

    /// The baseline of an image.
    func image(for image: Image) -> Image {
      switch self {
      case .mean: image.evened
      case .black: Image(width: image.width, height: image.height, channels: image.channels)
      case .white:
        Image(
          width: image.width, height: image.height, channels: image.channels, filledWith: 255)
      }
    }
  }

  /// How many points of the line are looked at.
  var steps = 50

  /// Points in memory at a time.
  private static let batch = 16

  /// The attribution of each number of an input: `gradients` gives, for inputs one behind the other,
  /// the gradient of the class's logit at each.
  func attributions(
    of input: [Float], from baseline: [Float], gradients: ([Float]) throws -> [Float]
  ) rethrows -> [Double] {
    let rule = GaussLegendre(steps)
    var means = [Double](repeating: 0, count: input.count)
    for start in stride(from: 0, to: steps, by: Self.batch) {
      let points = start..<min(start + Self.batch, steps)
      var inputs: [Float] = []
      inputs.reserveCapacity(points.count * input.count)
      for point in points {
        let share = Float(rule.places[point])
        for (to, from) in zip(input, baseline) { inputs.append(from + share * (to - from)) }
      }
      let slopes = try gradients(inputs)
      for (row, point) in points.enumerated() {
        let weight = rule.weights[point]
        for at in means.indices { means[at] += weight * Double(slopes[row * input.count + at]) }
      }
    }
    return means.indices.map { means[$0] * Double(input[$0] - baseline[$0]) }
  }
}

extension Image {
  /// An image of its size in its mean colour, rounded.
  var evened: Image {
    var sums = [Int](repeating: 0, count: channels)
    for start in stride(from: 0, to: pixels.count, by: channels) {
      for channel in 0..<channels { sums[channel] += Int(pixels[start + channel]) }
    }
    let count = width * height
    let colour = sums.map { UInt8((2 * $0 + count) / (2 * count)) }
    return Image(
      width: width, height: height, channels: channels,
      pixels: pixels.indices.map { colour[$0 % channels] })
  }
}
