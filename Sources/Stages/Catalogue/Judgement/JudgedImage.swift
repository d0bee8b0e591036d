internal import Imaging

/// An image whose explanation is judged, with the class that is explained.
struct JudgedImage {
  /// The image.
  let image: Image
  /// The image with every pixel hidden, of the same size.
  let backdrop: Image
  /// The class.
  let label: Int
  /// One probability per class for each of at most 32 images.
  let classify: ([Image]) throws -> [[Float]]

  /// The number of images predicted at a time.
  private static let batch = 32

  /// The probability of the class for each of `count` variants of the image.
  func probabilities(_ count: Int, variant: (Int) -> Image) throws -> [Double] {
    var values: [Double] = []
    for start in stride(from: 0, to: count, by: Self.batch) {
      let batch = (start..<min(start + Self.batch, count)).map(variant)
      values += try classify(batch).map { Double($0[label]) }
    }
    return values
  }

  /// The image with some pixels hidden.
  func without(_ pixels: some Sequence<Int>) -> Image {
    Self.replacing(pixels, of: image, by: backdrop)
  }

  /// The backdrop with some pixels of the image.
  func only(_ pixels: some Sequence<Int>) -> Image {
    Self.replacing(pixels, of: backdrop, by: image)
  }

  private static func replacing(
    _ pixels: some Sequence<Int>, of image: Image, by other: Image
  ) -> Image {
    var result = image
    let channels = image.channels
    for pixel in pixels {
      for at in pixel * channels..<(pixel + 1) * channels { result.pixels[at] = other.pixels[at] }
    }
    return result
  }
}
