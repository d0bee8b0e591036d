internal import Glibc
internal import Imaging
internal import PipelineDSL

/// What the first, the middle and the last bytes of an image file tell, without decoding it.
///
/// Cheap enough for sixty thousand files; what lies between is not looked at, so that a file without
/// a problem here may still be refused by an ingest.
struct FileProbe: Sendable {
  /// Bytes; 0 also for what cannot be opened.
  let size: Int
  /// Why it is no whole image; `nil` if nothing speaks against it.
  let problem: String?
  /// Equal for equal files, and rarely for others.
  let fingerprint: UInt64

  private static let (edge, middle) = (64, 256)

  /// Looks at the file at a path; an `image` is held to be one, of any format that is read.
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
    case nil: return "no BMP, JPEG, PNG or TIFF by its first bytes"
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

  /// An uncompressed bitmap is as long as its header says.
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

  /// The directory of a TIFF lies inside the file.
  private static func directory(_ head: [UInt8], size: Int) -> String? {
    guard head.count >= 8 else { return "a TIFF cut short in its header" }
    // BigTIFF has its offset elsewhere.
    guard head[2] == 42 || head[3] == 42 else { return nil }
    let place = head[0] == 0x49 ? number(head, 4) : number(Array(head[4..<8].reversed()), 0)
    return place + 2 > size ? "a TIFF whose directory lies behind its end: cut short" : nil
  }

  private static func number(_ bytes: [UInt8], _ at: Int) -> Int {
    (0..<4).reduce(0) { $0 | Int(bytes[at + $1]) << (8 * $1) }
  }
}
