internal import Imaging

// NumPy arrays and archives.
extension FuzzFormat {
  static let npy = FuzzFormat(
    name: "npy",
    seeds: { fixtures in
      let archive = try Fixtures(fixtures + "/ImagingTests/Fixtures/arrays.npz")
      return archive.files("npy/") + [NPYArray(float32: [1, .nan], shape: [2, 1]).encoded]
    },
    tokens: texts([
      "(", ")", ",", "{'descr': '<f4', ", "'shape': (3,), ", "'fortran_order': False", "'|u1'", "L",
      "[('a', '<i4')]", "99999999999", "(0, 9223372036854775807)", "\u{93}NUMPY",
    ]), share: 6, allowance: (256 << 10, 64)
  ) { input, file in
    let array: NPYArray
    do { array = try NPYArray(parsing: input) } catch { return refused(error) }
    _ = array.floats
    guard let again = try? NPYArray(parsing: array.encoded), again == array else {
      throw FuzzError("it reads differently after it is written")
    }
    guard !array.shape.isEmpty else { return .taken("a number") }
    // The same file read row by row, as images in the store are.
    try file.write(input)
    let opened = try ArrayFile(path: file.path)
    guard opened.shape == array.shape, opened.kind == array.kind else {
      throw FuzzError("it reads differently row by row")
    }
    if opened.count > 0 {
      guard array.bytes.starts(with: try opened.row(0)),
        array.bytes.count.isMultiple(of: opened.count)
      else { throw FuzzError("a row reads differently") }
    }
    return .taken("\(array.kind)")
  }

  static let npz = FuzzFormat(
    name: "npz",
    seeds: { fixtures in
      let archive = try Fixtures(fixtures + "/ImagingTests/Fixtures/arrays.npz")
      let small = NPYArray(uint8: Array(0..<12), shape: [2, 2, 3])
      let made = try [true, false].map {
        try NPZArchive.encode([("a", small), ("b", small)], deflated: $0)
      }
      return archive.files("npz/") + made
    },
    tokens: [[0x50, 0x4B, 1, 2], [0x50, 0x4B, 3, 4], [0x50, 0x4B, 5, 6], [0x50, 0x4B, 6, 7]]
      + texts(["../a.npy", "/a.npy", "a\0.npy", "..\\a.npy"]),
    share: 10, repair: repairArchive,
    // Deflate expands one byte to at most 1032, which are held twice during conversion.
    allowance: (256 << 10, 64 + 1032 * 3)
  ) { input, _ in
    let archive: NPZArchive
    do { archive = try NPZArchive(parsing: input) } catch { return refused(error) }
    var outcome = Outcome.taken("\(archive.names.count) members")
    for name in archive.names.prefix(4) {
      do { _ = try archive.member(name).floats } catch { outcome = refused(error) }
    }
    return outcome
  }
}

/// The files in a committed archive of arrays.
struct Fixtures {
  private let archive: NPZArchive

  init(_ path: String) throws { archive = try NPZArchive(parsing: contents(path)) }

  /// The files whose names have a prefix.
  func files(_ prefix: String) -> [[UInt8]] {
    archive.names.filter { $0.hasPrefix(prefix) }.compactMap { name in
      guard let array = try? archive.member(name), array.kind == .uint8 else { return nil }
      return array.bytes
    }
  }
}
