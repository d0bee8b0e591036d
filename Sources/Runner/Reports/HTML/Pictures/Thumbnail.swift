internal import Imaging

/// A small picture as a page embeds it: PNG or JPEG, whichever takes fewer bytes.
struct Thumbnail: Sendable {
  /// The longest edge of a picture among others, in pixels.
  static let edge = 128
  /// The quality of JPEG: differences are hard to see at the size of a thumbnail.
  private static let quality = 88

  private let data: HTML
  private let type: HTML
  private let size: (width: Int, height: Int)

  /// Encodes an image, shrunk if an edge is longer than `edge` pixels.
  init(_ image: Image, edge: Int = edge) throws(ImageError) {
    let longer = max(image.width, image.height)
    let small =
      longer <= edge
      ? image
      : image.resized(
        width: max(1, image.width * edge / longer), height: max(1, image.height * edge / longer))
    let (png, jpeg) = (
      try PNGCodec.encode(small), try JPEGCodec.encode(small, quality: Self.quality)
    )
    (data, type) = png.count <= jpeg.count ? (.base64(png), "png") : (.base64(jpeg), "jpeg")
    // A whole number of screen pixels per pixel, so that all pixels are of one size.
    let scale = max(1, min(edge, Self.edge) / max(small.width, small.height))
    size = (small.width * scale, small.height * scale)
  }

  /// The picture; `alt` says what it shows to readers that do not see it.
  func html(alt: String) -> HTML {
    """
    <img alt="\(alt)" width="\(size.width)" height="\(size.height)" \
    src="data:image/\(type);base64,\(data)">
    """
  }

  /// An image as a thumbnail, or why it cannot be shown.
  static func html(_ image: Image, alt: String, edge: Int = edge) -> HTML {
    do { return try Thumbnail(image, edge: edge).html(alt: alt) } catch {
      return ExplanationsSection.missing("\(alt) cannot be shown: \(error)")
    }
  }
}
