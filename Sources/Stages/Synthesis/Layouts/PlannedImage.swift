internal import Imaging

/// One image that is to be drawn: what, how and where to.
struct PlannedImage: Sendable {
  var source: SyntheticDataset.Source
  /// The class as the source names it.
  var label: String
  /// The image's number inside its class: with the class, the key of its random streams.
  var number: Int
  var kind: CellKind
  var frame: Frame
  /// The slide whose stain and light it shows.
  var look: SlideLook
  /// The file below the output folder; in an archive, the member.
  var path: String
  /// Further files with the same bytes.
  var copies: [String] = []
  /// nil where an archive takes the pixels.
  var encoding: Encoding?

  /// A file format.
  enum Encoding: Sendable {
    /// `wide` gives the 138 bytes of header that some real files have, in place of 54.
    case bmp(wide: Bool)
    case jpeg
    case png

    func encode(_ image: Image) throws(ImageProblem) -> [UInt8] {
      switch self {
      case .bmp(let wide):
        let bytes = try BMPCodec.encode(image)
        return wide ? CNMCLayout.widened(bytes) : bytes
      case .jpeg: return try JPEGCodec.encode(image)
      case .png: return try PNGCodec.encode(image)
      }
    }
  }

  /// The key of the image's streams besides seed and number.
  var stream: String { "\(source.rawValue)/\(label)" }

  /// The mask's file below the folder `masks`.
  var maskPath: String { "\(source.rawValue)/\(label)_\(Self.padded(number)).png" }

  /// The classes under which the copies lie: the folder of each.
  var copyLabels: [String] {
    copies.map { path in
      let parts = path.split(separator: "/")
      return parts.count > 1 ? String(parts[parts.count - 2]) : label
    }
  }

  func specimen(seed: UInt64) -> Specimen {
    Specimen.drawn(kind, frame: frame, look: look, seed: seed, source: stream, image: number)
  }

  /// A number with at least four digits.
  static func padded(_ number: Int, digits: Int = 4) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }
}
