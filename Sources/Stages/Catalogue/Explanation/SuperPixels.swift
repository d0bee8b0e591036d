internal import Imaging

/// An image divided into super-pixels, each of which can be hidden.
struct SuperPixels: Sendable {
  /// The image.
  let image: Image
  /// The super-pixel of each pixel, rows from the top: labels 0..<count.
  let segments: [Int32]
  /// The number of super-pixels.
  let count: Int
  /// The image with every super-pixel hidden.
  let hidden: Image

  /// The number of images composed and predicted at a time, which bounds memory.
  static let batch = 32

  /// The names of the parameters of `explain` that divide and hide.
  static let parameters = [
    "segmentation", "segments", "compactness", "kernel-size", "hide",
  ]

  /// Divides an image as the parameters of `explain` say.
  init(_ image: Image, _ parameters: Explain.Parameters) {
    let segments =
      switch parameters.segmentation {
      case .slic:
        SLIC.segment(
          image, segments: parameters.segments, compactness: parameters.compactness)
      case .quickshift: Quickshift.segment(image, kernelSize: parameters.kernelSize)
      }
    self.init(image, segments: segments, hiding: parameters.hide)
  }

  /// An image with given super-pixels; `segments` contains labels 0..<k, one per pixel.
  init(_ image: Image, segments: [Int32], hiding: Hiding) {
    precondition(segments.count == image.width * image.height, "there is one label per pixel")
    (self.image, self.segments) = (image, segments)
    count = Int(segments.max() ?? 0) + 1
    hidden = hiding.plain(like: image) ?? Self.evened(image, segments, count)
  }

  /// The labels as an array of the image's shape.
  var array: NPYArray {
    let bytes = segments.flatMap { label in
      withUnsafeBytes(of: label.littleEndian) { Array($0) }
    }
    return NPYArray(kind: .int32, shape: [image.height, image.width], bytes: bytes)
  }

  /// One number per pixel: that of its super-pixel.
  func spread(_ values: [Double]) -> [Float] { segments.map { Float(values[Int($0)]) } }

  /// The image with the super-pixels of another one of its size where `shown` is false.
  func composed(showing shown: [Bool], over other: Image) -> Image {
    var composed = image
    let channels = image.channels
    for (pixel, segment) in segments.enumerated() where !shown[Int(segment)] {
      for sample in pixel * channels..<(pixel + 1) * channels {
        composed.pixels[sample] = other.pixels[sample]
      }
    }
    return composed
  }

  /// The predictions of variants of the image, each of which shows some super-pixels and hides the
  /// others; `classify` returns one row of numbers for each of at most 32 images.
  func rows(
    of variants: [[Bool]], classify: ([Image]) throws -> [[Float]]
  ) rethrows -> [[Float]] {
    var rows: [[Float]] = []
    rows.reserveCapacity(variants.count)
    for start in stride(from: 0, to: variants.count, by: Self.batch) {
      rows += try classify(
        variants[start..<min(start + Self.batch, variants.count)].map {
          composed(showing: $0, over: hidden)
        })
    }
    return rows
  }

  /// The image with the mean colour of each super-pixel.
  private static func evened(_ image: Image, _ segments: [Int32], _ count: Int) -> Image {
    let channels = image.channels
    var sums = [Int](repeating: 0, count: count * channels)
    var sizes = [Int](repeating: 0, count: count)
    for (pixel, segment) in segments.enumerated() {
      sizes[Int(segment)] += 1
      for channel in 0..<channels {
        sums[Int(segment) * channels + channel] += Int(image.pixels[pixel * channels + channel])
      }
    }
    var hidden = image
    for (pixel, segment) in segments.enumerated() {
      for channel in 0..<channels {
        // The mean truncated to an integer, as in a cast to 8 bits.
        hidden.pixels[pixel * channels + channel] = UInt8(
          sums[Int(segment) * channels + channel] / sizes[Int(segment)])
      }
    }
    return hidden
  }
}
