internal import Imaging

/// One image to be drawn: its content, format and path.
struct PlannedImage: Sendable {
  var source: SyntheticDataset.Source
  /// The class, as the source names it.
  var label: String
  /// The image's number within its class; with the class it is the key of its random streams.
  var number: Int
  var kind: CellKind
  var frame: Frame
  /// The slide whose stain and light the image shows.
  var look: SlideLook
  /// The file below the output folder, or the member of an archive.
  var path: String
  /// Further files with the same bytes.
  var copies: [String] = []
  /// The index of the drawing, if several images show the same drawing; else `number`.
  var drawing: Int?
  /// The stream of the drawing, if it belongs to another source; else the image's own.
  var drawnAs: String?
  /// How the drawing is mirrored, from 0 (not at all) to 3.
  var turn = 0
  /// What happens to the drawing afterwards, in this order.
  var alterations: [Alteration] = []
  /// What distinguishes the image from others with its label and number.
  var suffix = ""
  /// The file format; nil if the pixels go into an archive.
  var encoding: Encoding?

  /// A file format.
  enum Encoding: Sendable {
    /// `wide` writes the 138 bytes of headers that some real files have instead of 54.
    case bmp(wide: Bool)
    case jpeg
    /// JPEG with a quality in 1...100, and a remark of at most 65,533 bytes.
    case compressed(quality: Int, remark: String = "")
    case png
    /// `alpha` adds an opaque fourth channel.
    case tiff(alpha: Bool)

    func encode(_ image: Image) throws(ImageError) -> [UInt8] {
      switch self {
      case .bmp(let wide):
        let bytes = try BMPCodec.encode(image)
        return wide ? CNMCLayout.widened(bytes) : bytes
      case .jpeg: return try JPEGCodec.encode(image)
      case .compressed(let quality, let remark):
        return Self.remarked(try JPEGCodec.encode(image, quality: quality), remark)
      case .png: return try PNGCodec.encode(image)
      case .tiff(let alpha): return TIFFWriter.encode(image, alpha: alpha)
      }
    }

    /// A JPEG file with a comment segment behind its first segment, the JFIF header.
    private static func remarked(_ bytes: [UInt8], _ remark: String) -> [UInt8] {
      guard !remark.isEmpty else { return bytes }
      let header = 4 + Int(bytes[4]) * 256 + Int(bytes[5])
      let length = remark.utf8.count + 2
      let segment = [0xFF, 0xFE, UInt8(length / 256), UInt8(length % 256)] + Array(remark.utf8)
      return bytes[..<header] + segment + bytes[header...]
    }
  }

  /// The key of the image's streams in addition to seed and number.
  var stream: String { drawnAs ?? "\(source.rawValue)/\(label)" }

  /// The mask's file below the folder `masks`.
  var maskPath: String { "\(source.rawValue)/\(label)_\(Self.padded(number))\(suffix).png" }

  /// The class of each copy: that of its folder, if it differs from the image's own folder.
  var copyLabels: [String] {
    let own = path.split(separator: "/").dropLast()
    return copies.map { copy in
      let folder = copy.split(separator: "/").dropLast()
      return folder == own ? label : folder.last.map(String.init) ?? label
    }
  }

  func specimen(seed: UInt64) -> Specimen {
    let drawn = Specimen.drawn(
      kind, frame: frame, look: look, seed: seed, source: stream, image: drawing ?? number
    ).turned(Orientation(rawValue: 1 + turn) ?? .upright)
    return alterations.reduce(drawn) { $1.applied(to: $0) }
  }

  /// A number padded to at least `digits` digits.
  static func padded(_ number: Int, digits: Int = 4) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }
}
