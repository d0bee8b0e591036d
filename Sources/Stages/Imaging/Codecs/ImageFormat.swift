/// The file formats that images are read from, told apart by their first bytes.
public enum ImageFormat: String, Sendable, Hashable, CaseIterable {
  /// A Windows or OS/2 bitmap.
  case bmp
  /// Baseline or progressive JPEG.
  case jpeg
  /// Portable Network Graphics.
  case png

  /// The bytes a file of the format begins with.
  var magic: [UInt8] {
    switch self {
    case .bmp: [0x42, 0x4D]
    case .jpeg: [0xFF, 0xD8, 0xFF]
    case .png: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    }
  }

  /// The format of a file's bytes; `nil` where they begin like none of them.
  ///
  /// A file's name is not asked: data sets hold JPEGs named `.png`, and files that are no image.
  public static func detect(_ bytes: [UInt8]) -> ImageFormat? {
    allCases.first { bytes.starts(with: $0.magic) }
  }
}
