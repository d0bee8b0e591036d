import Foundation
import Imaging
import Testing

/// At least 200 damaged files per format: each is rejected or read at its declared size, with
/// little additional memory and in little time.
@Suite struct DamagedFilesTests {
  /// Files are read in a child process, to detect crashes and to measure memory of this corpus
  /// only.
  @Test func bitmaps() async {
    await #expect(processExitsWith: .success) { try DamagedCorpus.survive("bmp-") }
  }

  @Test func jpegs() async {
    await #expect(processExitsWith: .success) { try DamagedCorpus.survive("jpeg-") }
  }

  @Test func pngs() async {
    await #expect(processExitsWith: .success) { try DamagedCorpus.survive("png-") }
  }

  @Test func tiffs() async {
    await #expect(processExitsWith: .success) { try DamagedCorpus.survive("tiff-") }
  }

  @Test func archives() async {
    await #expect(processExitsWith: .success) {
      let files = try Reference.arrays.names("npz").map { try Reference.arrays.bytes("npz/" + $0) }
      try DamagedCorpus.survive(files, declared: { _ in 0 }) { bytes in
        let archive = try NPZArchive(parsing: bytes)
        for name in archive.names { _ = try archive.member(name) }
      }
    }
  }

  @Test func absurdSizesAreRefusedBeforeAllocation() async {
    await #expect(processExitsWith: .success) {
      var jpeg = try Reference.codecs.bytes("file/jpeg-420")
      for place in jpeg.indices.dropLast(9) where jpeg[place] == 0xFF && jpeg[place + 1] == 0xC0 {
        jpeg.replaceSubrange(place + 5..<place + 9, with: [0xFF, 0xFF, 0xFF, 0xFF])
      }
      var png = try Reference.codecs.bytes("file/png-rgb")
      png.replaceSubrange(16..<24, with: [0x7F, 0xFF, 0xFF, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF])
      var bmp = try Reference.codecs.bytes("file/bmp-24")
      bmp.replaceSubrange(18..<26, with: [0xFF, 0xFF, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF, 0x7F])
      let most = try DamagedCorpus.peak {
        for bytes in [jpeg, png, bmp] {
          guard reason({ _ = try ImageCodec.decode(bytes) }) != nil else { exit(3) }
        }
      }
      if most > 8 << 20 { exit(4) }
    }
  }
}

/// Damaged forms of good files.
enum DamagedCorpus {
  /// Reads the damaged forms of all reference files with a name prefix, and ends the process if one
  /// is read incorrectly.
  static func survive(_ prefix: String) throws {
    let files = try [Reference.codecs, Reference.formats].flatMap { archive in
      try archive.names("file").filter { $0.hasPrefix(prefix) }.map {
        try archive.bytes("file/" + $0)
      }
    }
    try survive(
      files,
      declared: { (try? ImageCodec.size($0)).map { $0.width * $0.height * 4 } ?? 0 },
      read: { bytes in
        let image = try ImageCodec.decode(bytes)
        let size = try ImageCodec.size(bytes)
        if size != (image.width, image.height) { exit(5) }
      })
  }

  static func survive(
    _ files: [[UInt8]], declared: ([UInt8]) -> Int, read: ([UInt8]) throws -> Void
  ) throws {
    let corpus = files.flatMap { damaged($0, count: max(20, 400 / files.count)) }
    if corpus.count < 200 { exit(6) }
    var refused = 0
    for bytes in corpus {
      // A hang also ends the process.
      alarm(20)
      let size = declared(bytes)
      let most = try peak {
        if reason({ try read(bytes) }) != nil { refused += 1 }
      }
      if most > size + 64 << 20 { exit(7) }
    }
    if refused < corpus.count / 4 { exit(8) }
  }

  /// Truncations, flipped bits and false numbers, the same on every call.
  static func damaged(_ file: [UInt8], count: Int) -> [[UInt8]] {
    var state: UInt64 = 0x9E37_79B9
    func draw(_ limit: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(max(1, limit)))
    }
    return (0..<count).map { number in
      var bytes = file
      switch number % 4 {
      case 0: bytes.removeLast(1 + draw(bytes.count - 1))
      case 1: bytes[draw(bytes.count)] ^= 1 << UInt8(draw(8))
      case 2:
        // Headers are at the start; TIFF directories may be at the end.
        let near =
          draw(2) == 0 ? draw(min(bytes.count, 128)) : bytes.count - 1 - draw(min(bytes.count, 256))
        let lies: [UInt8] = [0xFF, 0x7F, 0x80, 0x00, 0x01]
        let lie = lies[draw(lies.count)]
        for place in near..<min(bytes.count, near + 1 + draw(4)) { bytes[place] = lie }
      default:
        for _ in 0..<1 + draw(12) { bytes[draw(bytes.count)] = UInt8(draw(256)) }
      }
      return bytes
    }
  }

  /// The maximum growth of the process in bytes while `body` ran.
  static func peak(_ body: () throws -> Void) throws -> Int {
    // Resets the high-water mark to the current memory use.
    try "5".write(toFile: "/proc/self/clear_refs", atomically: false, encoding: .ascii)
    let before = try memory("VmHWM:")
    try body()
    return try memory("VmHWM:") - before
  }

  private static func memory(_ name: String) throws -> Int {
    let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = status.split(separator: "\n").first { $0.hasPrefix(name) }
    let kibibytes = line?.split(separator: " ").dropFirst().first.flatMap { Int($0) }
    guard let kibibytes else { throw ImageError("no \(name) in /proc/self/status") }
    return kibibytes << 10
  }
}
