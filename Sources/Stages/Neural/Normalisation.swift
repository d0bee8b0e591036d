/// Converts 8-bit samples to a network's input: (v / 255 - mean) / deviation, per channel.
public struct Normalisation: Sendable, Hashable {
  /// The mean of each channel, in [0, 1].
  public let mean: [Double]
  /// The standard deviation of each channel, positive.
  public let deviation: [Double]
  private let table: [Float]

  /// Means of 0.5 and deviations of 0.25, which map stained cells on a bright background to about
  /// [-2, 2].
  public static let standard = Normalisation(
    mean: [0.5, 0.5, 0.5], deviation: [0.25, 0.25, 0.25])

  /// ImageNet's means and deviations, with which the public networks were trained.
  public static let imageNet = Normalisation(
    mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225])

  /// Means and deviations of 0.5, which map to [-1, 1]; used to train the public Inception,
  /// GoogLeNet and Xception.
  ///
  /// torchvision's Inception-v3 and GoogLeNet take images normalised as for the other networks, and
  /// convert them to this.
  public static let symmetric = Normalisation(
    mean: [0.5, 0.5, 0.5], deviation: [0.5, 0.5, 0.5])

  /// Creates a normalisation of three channels.
  ///
  /// - Precondition: There are three of each, and the deviations are positive.
  public init(mean: [Double], deviation: [Double]) {
    precondition(mean.count == 3 && deviation.count == 3 && deviation.allSatisfy { $0 > 0 })
    (self.mean, self.deviation) = (mean, deviation)
    table = (0..<256).flatMap { value in
      (0..<3).map { Float((Double(value) / 255 - mean[$0]) / deviation[$0]) }
    }
  }

  /// The normalised values of pixels of three interleaved channels, in the same order.
  public func floats(_ pixels: [UInt8]) -> [Float] {
    precondition(pixels.count.isMultiple(of: 3), "pixels of other than three channels")
    return [Float](unsafeUninitializedCapacity: pixels.count) { buffer, count in
      if let start = buffer.baseAddress { write(pixels, to: start) }
      count = pixels.count
    }
  }

  /// Writes the normalised values of pixels, as many as there are pixels.
  func write(_ pixels: [UInt8], to target: UnsafeMutablePointer<Float>) {
    table.withUnsafeBufferPointer { table in
      pixels.withUnsafeBufferPointer { pixels in
        for start in stride(from: 0, to: pixels.count, by: 3) {
          for channel in 0..<3 {
            target[start + channel] = table[3 * Int(pixels[start + channel]) + channel]
          }
        }
      }
    }
  }
}
