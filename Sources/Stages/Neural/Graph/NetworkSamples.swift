/// The samples of a pass, in the shape of a network's input.
public enum NetworkSamples: Sendable {
  /// One sample after the other.
  case numbers([Float])
  /// Images of three interleaved channels, normalised where they are used: they take a quarter of the
  /// memory, and no thread waits for another that normalises.
  case pixels([[UInt8]], Normalisation)

  /// The number of samples of `size` values.
  func count(size: Int) -> Int {
    switch self {
    case .numbers(let values): values.count / size
    case .pixels(let images, _): images.count
    }
  }

  /// Writes the values of a sample.
  ///
  /// - Precondition: An image has `size` values.
  func write(_ sample: Int, size: Int, to target: UnsafeMutablePointer<Float>) {
    switch self {
    case .numbers(let values):
      values.withUnsafeBufferPointer { values in
        if let start = values.baseAddress {
          target.update(from: start + sample * size, count: size)
        }
      }
    case .pixels(let images, let normalisation):
      precondition(images[sample].count == size, "an image of another size than the network's")
      normalisation.write(images[sample], to: target)
    }
  }
}
