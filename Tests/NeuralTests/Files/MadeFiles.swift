import Archives

@testable import Neural

/// The opcodes of pickles that `torch.save` writes, for making files that it never would.
enum MadePickle {
  static let start: [UInt8] = [0x80, 2]
  static let mark = Array("(".utf8)
  static let stop = Array(".".utf8)

  static func text(_ text: String) -> [UInt8] {
    [UInt8(ascii: "X")] + little(text.utf8.count, 4) + text.utf8
  }

  /// Always eight bytes.
  static func integer(_ number: Int) -> [UInt8] { [0x8A, 8] + little(number, 8) }

  static func tuple(_ items: [[UInt8]]) -> [UInt8] {
    mark + items.joined() + [UInt8(ascii: "t")]
  }

  static func numbers(_ numbers: [Int]) -> [UInt8] { tuple(numbers.map(integer)) }

  static func dictionary(_ members: [(String, [UInt8])]) -> [UInt8] {
    [UInt8(ascii: "}")] + mark + members.flatMap { text($0.0) + $0.1 } + [UInt8(ascii: "u")]
  }

  static func call(_ module: String, _ name: String, _ arguments: [[UInt8]]) -> [UInt8] {
    Array("c\(module)\n\(name)\n".utf8) + tuple(arguments) + [UInt8(ascii: "R")]
  }

  static func storage(_ type: String, key: String, size: Int) -> [UInt8] {
    tuple([
      text("storage"), Array("ctorch\n\(type)\n".utf8), text(key), text("cpu"), integer(size),
    ]) + [UInt8(ascii: "Q")]
  }

  /// A tensor, by default the first two of the four numbers that `file` stores as `data/0`.
  static func tensor(
    _ type: String = "FloatStorage", key: String = "0", size: Int = 4, offset: Int = 0,
    shape: [Int] = [2], strides: [Int] = [1]
  ) -> [UInt8] {
    call(
      "torch._utils", "_rebuild_tensor_v2",
      [
        storage(type, key: key, size: size), integer(offset), numbers(shape), numbers(strides),
        [0x89], Array("}".utf8),
      ])
  }

  /// A whole file: the pickle of a value, and 1, 2, 3, 4 as single-precision numbers.
  static func file(_ value: [UInt8]) -> [UInt8] {
    MadeArchive.bytes([
      ("a/data.pkl", start + value + stop),
      ("a/data/0", [1, 2, 3, 4].flatMap { little(Int(Float($0).bitPattern), 4) }),
    ])
  }
}

/// ZIP archives of stored members, with correct checksums.
enum MadeArchive {
  static func bytes(_ members: [(String, [UInt8])]) -> [UInt8] {
    var (bytes, directory): ([UInt8], [UInt8]) = ([], [])
    for (name, content) in members {
      let sizes = little(Int(Deflate.checksum(content[...])), 4) + little(content.count, 4)
      let lengths = little(content.count, 4) + little(name.utf8.count, 2)
      let described = [UInt8](repeating: 0, count: 10) + sizes + lengths
      directory += [0x50, 0x4B, 1, 2, 0, 0] + described + [UInt8](repeating: 0, count: 12)
      directory += little(bytes.count, 4) + name.utf8
      bytes += [0x50, 0x4B, 3, 4] + described + [0, 0] + name.utf8 + content
    }
    let counts = little(members.count, 2) + little(members.count, 2)
    let places = little(directory.count, 4) + little(bytes.count, 4)
    return bytes + directory + [0x50, 0x4B, 5, 6, 0, 0, 0, 0] + counts + places + [0, 0]
  }
}

/// The low bytes of a number, in little-endian order.
func little(_ number: Int, _ width: Int) -> [UInt8] {
  (0..<width).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
}
