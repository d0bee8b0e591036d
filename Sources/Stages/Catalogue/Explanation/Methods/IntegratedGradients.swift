internal import Imaging
internal import PipelineDSL

/// Integrated gradients (Sundararajan, Taly and Yan 2017, equation 1).
///
/// The gradient of a class's logit is averaged along the straight line from a baseline to the
/// image; the attribution of each input number is its change along the line times that mean. The
/// integral is computed by Gauss-Legendre quadrature, as in the package captum. Attributions sum to
/// the change of the logit ("completeness"), up to the quadrature error.
struct IntegratedGradients: Sendable {
  /// The start of the line: an image that should carry no evidence of the class.
  ///
  /// Pixels of the baseline's colour get no attribution. Black is the paper's choice, but ignores
  /// dark nuclei; white is an empty bright field. The image's own mean colour lies between nucleus
  /// and background, whether that is bright or black, so that both can contribute.
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

  /// The number of points on the line.
  var steps = 50

  /// The number of points in memory at a time.
  private static let batch = 16

  /// The attribution of each number of an input; `gradients` returns the gradient of the class's
  /// logit at each of several concatenated inputs.
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
      let inputGradients = try gradients(inputs)
      for (row, point) in points.enumerated() {
        let weight = rule.weights[point]
        for at in means.indices {
          means[at] += weight * Double(inputGradients[row * input.count + at])
        }
      }
    }
    return means.indices.map { means[$0] * Double(input[$0] - baseline[$0]) }
  }
}

extension Image {
  /// An image of the same size, filled with its mean colour, rounded.
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
