internal import Archives

/// The header of a `.npy` file, which describes the data after it.
///
/// Format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html. It is a Python
/// dictionary literal, of which only what NumPy writes is read: strings, booleans and one tuple.
struct NPYHeader {
  let kind: NPYArray.Kind
  let shape: [Int]
  /// The offset of the data.
  let offset: Int

  /// The maximum length of a header.
  static let longest = 1 << 16

  /// The size of the data in bytes.
  var dataBytes: Int { shape.reduce(kind.size, *) }

  /// Reads a header; `bytes` must contain the whole header and may contain more.
  init(parsing bytes: [UInt8]) throws(ImageError) {
    guard !bytes.isEmpty else { throw ImageError("the .npy file is empty (0 bytes)") }
    guard bytes.starts(with: Self.magic) else { throw ImageError("not an .npy file") }
    let version = try bytes.number(at: 6, width: 1)
    guard (1...3).contains(version) else {
      throw ImageError("the .npy file has format version \(version); 1 to 3 are supported")
    }
    let width = version == 1 ? 2 : 4
    let length = try bytes.number(at: 8, width: width)
    offset = 8 + width + length
    guard length <= Self.longest, offset <= bytes.count else {
      throw ImageError("the .npy file is cut short or damaged: its header takes \(length) bytes")
    }
    var literal = PythonLiteral(bytes[8 + width..<offset])
    let fields = try literal.dictionary()
    guard case .text(let descr)? = fields["descr"] else {
      throw ImageError(
        fields["descr"] == nil
          ? "the .npy header has no 'descr'"
          : "the .npy array is of a structured dtype; "
            + "\(NPYArray.Kind.names) are read")
    }
    guard case .boolean(let fortran)? = fields["fortran_order"],
      case .tuple(let shape)? = fields["shape"]
    else { throw ImageError("the .npy header has no 'fortran_order' or no 'shape'") }
    guard !fortran else {
      throw ImageError(
        "the .npy array is in Fortran order; save numpy.ascontiguousarray(array) instead")
    }
    kind = try Self.kind(descr)
    try Self.check(shape, kind)
    self.shape = shape
  }

  /// The header of a file, padded so that the data begins at a multiple of 64.
  static func encode(_ kind: NPYArray.Kind, _ shape: [Int], length: Int = 0) -> [UInt8] {
    let sizes = shape.map(String.init).joined(separator: ", ")
    let text =
      "{'descr': '\(kind.rawValue)', 'fortran_order': False, "
      + "'shape': (\(sizes)\(shape.count == 1 ? "," : "")), }"
    let padding = max(63 - (10 + text.utf8.count) % 64, length - 11 - text.utf8.count)
    var bytes = magic + [1, 0]
    bytes.appendNumber(text.utf8.count + padding + 1, width: 2)
    bytes += text.utf8
    bytes += [UInt8](repeating: UInt8(ascii: " "), count: padding)
    bytes.append(UInt8(ascii: "\n"))
    return bytes
  }

  private static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  private static func kind(_ descr: String) throws(ImageError) -> NPYArray.Kind {
    if let kind = NPYArray.Kind(rawValue: descr) { return kind }
    if descr.hasPrefix(">") {
      throw ImageError(
        "the .npy array is big-endian (dtype '\(descr)'); save it little-endian: astype('<...')")
    }
    throw ImageError(
      "the .npy array is of dtype '\(descr)'; \(NPYArray.Kind.names) are read")
  }

  private static func check(_ shape: [Int], _ kind: NPYArray.Kind) throws(ImageError) {
    var bytes = kind.size
    // Zeros are skipped, so that an overflow hidden by a zero is rejected too.
    for length in shape where length != 0 {
      let (product, overflow) = bytes.multipliedReportingOverflow(by: length)
      guard length > 0, !overflow else {
        throw ImageError("the .npy header declares the impossible shape \(shape)")
      }
      bytes = product
    }
  }
}
