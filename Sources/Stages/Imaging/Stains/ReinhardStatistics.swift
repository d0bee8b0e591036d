internal import Foundation

/// Means and standard deviations of an image in CIELAB: its overall colour.
///
/// After Reinhard et al. 2001, "Color transfer between images", with CIELAB instead of the paper's
/// l-alpha-beta.
public struct ReinhardStatistics: Sendable, Hashable {
  /// The means of L, a and b.
  public let mean: [Double]
  /// Their standard deviations.
  public let deviation: [Double]

  /// Statistics with known values, three numbers each.
  public init(mean: [Double], deviation: [Double]) {
    precondition(mean.count == 3 && deviation.count == 3)
    (self.mean, self.deviation) = (mean, deviation)
  }

  /// Measures an image outside its black background; `nil` if nothing else is in it.
  public init?(_ image: Image) {
    self.init(LabColours.convert(image), Ground.isBlack(image))
  }

  private init?(_ lab: [Float], _ isBlack: [Bool]) {
    let kept = isBlack.indices.filter { !isBlack[$0] }
    guard !kept.isEmpty else { return nil }
    var (mean, deviation) = ([Double](), [Double]())
    for channel in 0..<3 {
      let sum = kept.reduce(0.0) { $0 + Double(lab[3 * $1 + channel]) }
      let middle = sum / Double(kept.count)
      let squares = kept.reduce(0.0) { sum, pixel in
        let distance = Double(lab[3 * pixel + channel]) - middle
        return sum + distance * distance
      }
      mean.append(middle)
      deviation.append((squares / Double(kept.count)).squareRoot())
    }
    self.init(mean: mean, deviation: deviation)
  }

  /// The image shifted and scaled to these statistics; its black background is kept.
  ///
  /// `nil` for an image that is all black, and for one with a single channel.
  public func applied(to image: Image) -> Image? {
    guard image.channels == 3 else { return nil }
    var lab = LabColours.convert(image)
    let isBlack = Ground.isBlack(image)
    guard let own = ReinhardStatistics(lab, isBlack) else { return nil }
    for channel in 0..<3 {
      // A flat channel has nothing to scale.
      let scale = own.deviation[channel] > 1e-6 ? deviation[channel] / own.deviation[channel] : 1
      for at in stride(from: channel, to: lab.count, by: 3) {
        lab[at] = Float((Double(lab[at]) - own.mean[channel]) * scale + mean[channel])
      }
    }
    var out = LabColours.image(lab, width: image.width, height: image.height)
    for pixel in isBlack.indices where isBlack[pixel] {
      out.pixels.replaceSubrange(
        3 * pixel..<3 * pixel + 3, with: image.pixels[3 * pixel..<3 * pixel + 3])
    }
    return out
  }
}

/// The black background around cut-out cells, which is not stained.
enum Ground {
  /// The largest sample that counts as black: JPEG adds noise to black.
  static let level: UInt8 = 7

  /// Which pixels are black.
  static func isBlack(_ image: Image) -> [Bool] {
    (0..<image.width * image.height).map { pixel in
      let at = pixel * image.channels
      return image.pixels[at..<at + image.channels].allSatisfy { $0 <= level }
    }
  }
}
