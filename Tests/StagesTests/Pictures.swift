import Imaging

/// Small synthetic images and their files.
enum Pictures {
  /// A disc of one colour on a background of another.
  static func disc(
    width: Int = 24, height: Int = 20, x: Int = 12, y: Int = 10, radius: Int = 5,
    colour: [UInt8] = [120, 40, 160], background: [UInt8] = [230, 225, 230]
  ) -> Image {
    var image = Image(width: width, height: height)
    for row in 0..<height {
      for column in 0..<width {
        let inside = (column - x) * (column - x) + (row - y) * (row - y) <= radius * radius
        for channel in 0..<3 {
          image[column, row, channel] = (inside ? colour : background)[channel]
        }
      }
    }
    return image
  }

  /// A cell on black, as in C-NMC; `tone` makes contents differ.
  static func bmp(_ tone: UInt8) throws -> [UInt8] {
    try BMPCodec.encode(disc(colour: [tone, 40, 160], background: [0, 0, 0]))
  }

  /// A cell on a bright background; `tone` makes contents differ.
  static func png(_ tone: UInt8) throws -> [UInt8] {
    try PNGCodec.encode(disc(colour: [tone, 40, 160]))
  }

  /// A cell on a bright background; `tone` makes contents differ.
  static func jpeg(_ tone: UInt8) throws -> [UInt8] {
    try JPEGCodec.encode(disc(colour: [tone, 40, 160]))
  }
}
