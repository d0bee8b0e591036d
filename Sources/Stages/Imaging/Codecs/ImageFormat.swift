/// The image file formats that can be read, recognised by their first bytes.
public enum ImageFormat: String, Sendable, Hashable, CaseIterable {
  /// A Windows or OS/2 bitmap.
  case bmp
  /// Baseline or progressive JPEG.
  case jpeg
  /// Portable Network Graphics.
  case png
  /// Tagged Image File Format, including BigTIFF.
  case tiff

  /// The byte sequences with which a file of the format can begin.
  var magics: [[UInt8]] {
    switch self {
    case .bmp: [[0x42, 0x4D]]
    case .jpeg: [[0xFF, 0xD8, 0xFF]]
    case .png: [[0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]]
    case .tiff:
      [[0x49, 0x49, 42, 0], [0x4D, 0x4D, 0, 42], [0x49, 0x49, 43, 0], [0x4D, 0x4D, 0, 43]]
    }
  }

  /// Whether a file's bytes begin with one of the format's sequences.
  func begins(_ bytes: [UInt8]) -> Bool { magics.contains { bytes.starts(with: $0) } }

  /// The format of a file's bytes; `nil` if no format matches.
  ///
  /// The file's name is ignored: data sets contain JPEGs named `.png`, and files that are not
  /// images.
  public static func detect(_ bytes: [UInt8]) -> ImageFormat? {
    allCases.first { $0.begins(bytes) }
  }
}
