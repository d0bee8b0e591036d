/// How a stored image must be turned to appear upright: the values of tag 274 in TIFF and EXIF.
public enum Orientation: Int, Sendable, CaseIterable {
  case upright = 1
  case mirrored = 2
  case upsideDown = 3
  case flipped = 4
  case transposed = 5
  /// To be rotated clockwise by 90 degrees.
  case right = 6
  case transversed = 7
  /// To be rotated counter-clockwise by 90 degrees.
  case left = 8

  /// Whether rows become columns.
  var swapsAxes: Bool { rawValue >= 5 }
}

extension Image {
  /// The upright image, if this one is stored with the given orientation.
  public func oriented(_ orientation: Orientation) -> Image {
    guard orientation != .upright else { return self }
    let swaps = orientation.swapsAxes
    var turned = Image(
      width: swaps ? height : width, height: swaps ? width : height, channels: channels)
    for y in 0..<turned.height {
      for x in 0..<turned.width {
        let (right, below) = (width - 1, height - 1)
        let (fromX, fromY): (Int, Int) =
          switch orientation {
          case .upright: (x, y)
          case .mirrored: (right - x, y)
          case .upsideDown: (right - x, below - y)
          case .flipped: (x, below - y)
          case .transposed: (y, x)
          case .right: (y, below - x)
          case .transversed: (right - y, below - x)
          case .left: (right - y, x)
          }
        for channel in 0..<channels { turned[x, y, channel] = self[fromX, fromY, channel] }
      }
    }
    return turned
  }
}
