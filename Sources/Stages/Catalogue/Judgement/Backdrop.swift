internal import Imaging
internal import PipelineDSL

/// What replaces the pixels that a measure hides.
enum Backdrop: String, ParameterChoice {
  /// The image under a strong blur, which adds no edges of its own.
  case blur
  /// The mean colour of the image.
  case mean
  /// Middle grey, 128 of 255.
  case grey
  /// Black.
  case black

  /// The standard deviation of the blur, as a share of the longer edge: stronger than that of RISE, 5
  /// pixels at an edge of 224, which leaves a nucleus in sight.
  private static let blurShare = 0.1

  /// The image with every pixel hidden.
  func image(for image: Image) -> Image {
    switch self {
    case .blur:
      image.gaussianFiltered(
        deviation: Self.blurShare * Double(max(image.width, image.height)))
    case .mean: image.evened
    case .grey: Hiding.grey.plain(like: image) ?? image
    case .black: Hiding.black.plain(like: image) ?? image
    }
  }
}
