internal import Glibc
internal import Imaging
internal import PipelineDSL

/// What the first, middle and last bytes of an image file show, without decoding it.
///
/// Fast enough for sixty thousand files. The bytes between are not read, so an ingest may still
/// reject a file that has no problem here.
struct FileProbe: Sendable {
  /// The size in bytes; 0 also if the file cannot be opened.
  let size: Int
  /// Why the file is not a complete image; `nil` if no problem was found.
  let problem: String?
  /// Equal for equal files, and rarely for different ones.
  let fingerprint: UInt64

  private static let (edge, middle) = (64, 256)

  /// Probes the file at a path; `image` states whether it must be an image of a supported format.
  init(_ path: String, image: Bool = true) {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    var status = stat()
    guard file >= 0, fstat(file, &status) == 0 else {
      (size, fingerprint) = (0, 0)
      problem = "cannot be opened: \(String(cString: strerror(errno)))"
      return
    }
    defer { close(file) }
    size = Int(status.st_size)
    let head = Self.bytes(file, at: 0, Self.edge)
    let tail = Self.bytes(file, at: max(0, size - Self.edge), Self.edge)
    let middle = Self.bytes(file, at: size / 2, Self.middle)
    // FNV-1a.
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325 ^ UInt64(size)
    for byte in head + middle + tail { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    fingerprint = hash
    problem = image ? Self.problem(head, tail, size: size) : nil
  }

  private static func bytes(_ file: Int32, at offset: Int, _ count: Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      filled = max(0, pread(file, buffer.baseAddress, count, offset))
    }
  }

  private static func problem(_ head: [UInt8], _ tail: [UInt8], size: Int) -> String? {
    guard size > 0 else { return "empty (0 bytes)" }
    switch ImageFormat.detect(head) {
    case nil: return "not a BMP, JPEG, PNG or TIFF by its first bytes"
    case .jpeg?:
      let ends = zip(tail, tail.dropFirst()).contains { $0 == 0xFF && $1 == 0xD9 }
      return ends ? nil : "a JPEG without an end: cut short"
    case .png?:
      let ends = tail.indices.contains { tail[$0...].starts(with: Array("IEND".utf8)) }
      return ends ? nil : "a PNG without an end: cut short"
    case .bmp?: return bitmap(head, size: size)
    case .tiff?: return directory(head, size: size)
    }
  }

  /// Checks that an uncompressed bitmap is as long as its header declares.
  private static func bitmap(_ head: [UInt8], size: Int) -> String? {
    guard head.count >= 34 else { return "a BMP cut short in its header" }
    let (offset, width) = (number(head, 10), number(head, 18))
    let height = Int(Int32(truncatingIfNeeded: number(head, 22))).magnitude
    let bits = number(head, 28) & 0xFFFF
    let isPlain = number(head, 14) >= 40 && number(head, 30) == 0
    guard isPlain, [1, 4, 8, 16, 24, 32].contains(bits), width < 1 << 20, height < 1 << 20 else {
      return nil
    }
    let needed = offset + (width * bits + 31) / 32 * 4 * Int(height)
    return needed > size ? "a BMP of \(size) bytes that needs \(needed): cut short" : nil
  }

  /// Checks that the directory of a TIFF lies inside the file.
  private static func directory(_ head: [UInt8], size: Int) -> String? {
    guard head.count >= 8 else { return "a TIFF cut short in its header" }
    // BigTIFF has its offset elsewhere.
    guard head[2] == 42 || head[3] == 42 else { return nil }
    let place = head[0] == 0x49 ? number(head, 4) : number(Array(head[4..<8].reversed()), 0)
    return place + 2 > size ? "truncated TIFF: its directory lies past the end" : nil
  }

  private static func number(_ bytes: [UInt8], _ at: Int) -> Int {
    (0..<4).reduce(0) { $0 | Int(bytes[at + $1]) << (8 * $1) }
  }
}
