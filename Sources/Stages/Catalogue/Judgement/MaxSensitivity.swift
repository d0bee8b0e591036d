internal import Imaging
internal import PipelineDSL

/// The max-sensitivity of an explanation (Yeh and others 2019, definition 3.1).
///
/// The largest change of the map under noise that hardly changes the image, relative to the map, as in
/// the package captum.
enum MaxSensitivity {
  /// The largest distance of other maps from a map, divided by its length; `nil` if the map is zero
  /// everywhere.
  static func score(_ map: Saliency, _ others: [Saliency]) -> Double? {
    let length = norm(map.values.map(Double.init))
    guard length > 0 else { return nil }
    let distances = others.map { other in
      norm(zip(map.values, other.values).map { Double($0) - Double($1) })
    }
    return distances.max().map { $0 / length }
  }

  /// The image with uniform noise of up to `radius` levels of 255 up or down.
  static func noisy(_ image: Image, radius: Int, draws: inout RandomStream) -> Image {
    var noisy = image
    for at in noisy.pixels.indices {
      let level = Int(noisy.pixels[at]) + draws.below(2 * radius + 1) - radius
      noisy.pixels[at] = UInt8(min(max(level, 0), 255))
    }
    return noisy
  }

  private static func norm(_ values: [Double]) -> Double {
    values.reduce(0) { $0 + $1 * $1 }.squareRoot()
  }
}
