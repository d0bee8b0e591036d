import Archives
import Foundation
import Testing

@testable import Neural

/// Files that `torch.save` writes, compared with what PyTorch reads; see Fixtures/pytorch_files.py.
@Suite struct PyTorchFileTests {
  /// A tensor as PyTorch reads it.
  struct Expected: Decodable {
    let shape: [Int]
    /// The little-endian bytes as hexadecimal digits.
    let bits: String
  }

  /// The tensors of a file, or the name of another file with the same tensors.
  enum Content: Decodable {
    case tensors([String: Expected])
    case same(String)

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let name = try? container.decode(String.self) {
        self = .same(name)
      } else {
        self = .tensors(try container.decode([String: Expected].self))
      }
    }
  }

  struct Reference: Decodable {
    let files: [String: Content]
    let sums: [String: UInt32]

    func tensors(_ file: String) throws -> [String: Expected] {
      switch try #require(files[file]) {
      case .tensors(let tensors): tensors
      case .same(let other): try tensors(other)
      }
    }
  }

  private let reference: Reference

  init() throws { reference = try fixture("pytorch/expected.json", as: Reference.self) }

  private func bytes(_ name: String) throws -> [UInt8] {
    let url = try #require(
      Bundle.module.url(forResource: "Fixtures/pytorch/\(name)", withExtension: nil))
    return [UInt8](try Data(contentsOf: url))
  }

  private func reason(_ bytes: [UInt8]) -> String {
    let error = #expect(throws: NeuralError.self) { try WeightFile.decode(bytes) }
    return error?.reason ?? ""
  }

  // MARK: Accepted files

  @Test(arguments: [
    "network.pth", "types.pt", "types.safetensors", "views.pth", "protocol5.pth", "checkpoint.pth",
    "model.pth", "zip64.pth", "oldest.pth", "unsummed.pth",
  ])
  func readsWhatPyTorchReads(_ name: String) throws {
    let expected = try reference.tensors(name)
    let tensors = try WeightFile.decode(try bytes(name))
    #expect(
      tensors.map(\.name) == expected.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
    #expect(!tensors.isEmpty)
    for tensor in tensors {
      let wanted = try #require(expected[tensor.name])
      #expect(tensor.shape == wanted.shape, "\(tensor.name)")
      let digits = tensor.values.flatMap { little(Int($0.bitPattern), 4) }.map {
        ($0 < 16 ? "0" : "") + String($0, radix: 16)
      }.joined()
      #expect(digits == wanted.bits, "\(tensor.name)")
    }
  }

  @Test func everyHalfAgreesWithPyTorch() {
    let numbers = (UInt16.min...UInt16.max).map { NumberFormat.float(half: $0) }
    let bytes = numbers.flatMap { little($0.isNaN ? 0 : Int($0.bitPattern), 4) }
    #expect(Deflate.checksum(bytes[...]) == reference.sums["halves"])
    #expect(numbers.count(where: \.isNaN) == 2 * 1023)
  }

  @Test func checksumsAgreeWithZIP() {
    // The check value of the CRC catalogue, and all lengths around the eight bytes processed per
    // step.
    #expect(Deflate.checksum(Array("123456789".utf8)[...]) == 0xCBF4_3926)
    for count in 0..<40 {
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 37 + 11) }
      var sum = ~UInt32(0)
      for byte in bytes {
        sum ^= UInt32(byte)
        for _ in 0..<8 { sum = sum & 1 == 0 ? sum >> 1 : sum >> 1 ^ 0xEDB8_8320 }
      }
      #expect(Deflate.checksum(([0] + bytes)[1...]) == ~sum)
    }
  }

  @Test func equalViewsShareMemory() throws {
    // A thousand names for one tensor of four million numbers take the memory of one.
    let count = 4 << 20
    let tensor = MadePickle.tensor(size: 4, shape: [count], strides: [0])
    let kept = tensor + [UInt8(ascii: "q"), 0]
    let members = (0..<1000).map { ("\($0)", $0 == 0 ? kept : [UInt8(ascii: "h"), 0]) }
    let tensors = try PyTorchFile.decode(MadePickle.file(MadePickle.dictionary(members)))
    #expect(tensors.count == 1000 && tensors[999].values.count == count)
    let starts = Set(tensors.map { $0.values.withUnsafeBufferPointer(\.baseAddress) })
    #expect(starts.count == 1)
  }

  @Test func strideOfASingleRowIsArbitrary() throws {
    let tensor = MadePickle.tensor(offset: 1, shape: [1, 3, 1], strides: [.max - 8, 1, .max - 8])
    let turned = MadePickle.tensor(offset: 1, shape: [1, 2], strides: [.max - 8, 2])
    let tensors = try PyTorchFile.decode(
      MadePickle.file(MadePickle.dictionary([("a", tensor), ("b", turned)])))
    #expect(tensors.map(\.values) == [[2, 3, 4], [2, 4]])
  }

  // MARK: Refused files

  static let refused = [
    ("deflated.pth", "is deflated"), ("big.pth", "not little-endian"),
    ("module.pth", "torch.nn.modules.activation.ReLU"), ("legacy.pth", "before 1.6"),
    ("sparse.pth", "torch._utils._rebuild_sparse_tensor"), ("negated.pth", "tensor a is a negated"),
    ("complex.pth", "tensor a is a ComplexFloatStorage"), ("list.pth", "holds no dictionary"),
  ]

  @Test(arguments: refused) func unsupportedFilesAreReported(file: String, words: String) throws {
    let reason = reason(try bytes(file))
    #expect(reason.contains(words), "\(reason)")
  }

  @Test func otherArchivesAreReported() {
    #expect(reason(MadeArchive.bytes([("a/b", [])])).contains("does not contain a/data.pkl"))
  }

  @Test func otherDictionariesAreReported() {
    let one = MadePickle.dictionary([("a", MadePickle.tensor())])
    let two = MadePickle.dictionary([("model", one), ("state_dict", one)])
    #expect(reason(MadePickle.file(two)).contains("the dictionaries model and state_dict"))
    let none = MadePickle.dictionary([("epoch", MadePickle.integer(3))])
    #expect(reason(MadePickle.file(none)).contains("holds no tensors"))
    // A dictionary that contains itself: memoised, recalled and set under "model".
    let itself = Array("}q".utf8) + [0] + MadePickle.text("model") + [0x68, 0] + Array("s".utf8)
    #expect(reason(MadePickle.file(itself)).contains("nested too deeply"))
  }

  static let calls = [
    ("os", "system"), ("builtins", "eval"), ("torch", "load"), ("collections", "Counter"),
    ("torch.nn", "FloatStorage"), ("torch._utils", "_rebuild_tensor_v3"),
  ]

  @Test(arguments: calls) func otherNamesAreRefused(module: String, name: String) {
    let call = MadePickle.call(module, name, [MadePickle.text("true")])
    let value = MadePickle.dictionary([("a", MadePickle.tensor()), ("b", call)])
    #expect(reason(MadePickle.file(value)).contains("it names \(module).\(name), which"))
    let stacked = MadePickle.text(module) + MadePickle.text(name) + [0x93]
    #expect(reason(MadePickle.file(stacked)).contains("it names \(module).\(name), which"))
  }

  /// Tensors that misstate their storage, and part of the error.
  static let liars: [([UInt8], String)] = [
    (MadePickle.tensor(shape: [5]), "tensor a of shape [5] with strides [1] from 0 leaves"),
    (MadePickle.tensor(offset: 3), "from 3 leaves its storage of 4"),
    (MadePickle.tensor(offset: -1), "from -1 leaves"),
    (MadePickle.tensor(strides: [4]), "strides [4] from 0 leaves"),
    (MadePickle.tensor(strides: [-1]), "leaves"), (MadePickle.tensor(shape: [-1]), "leaves"),
    (MadePickle.tensor(shape: [2, 2]), "leaves"),
    (MadePickle.tensor(shape: [.max, .max], strides: [0, 0]), "leaves"),
    (MadePickle.tensor(shape: [.max, .max, 0], strides: [1, 1, 1]), "leaves"),
    (MadePickle.tensor(shape: [3], strides: [.max]), "leaves"),
    (MadePickle.tensor(offset: .max, shape: [2], strides: [.max]), "leaves"),
    (MadePickle.tensor(shape: [1 << 40], strides: [0]), "too many times"),
    (MadePickle.tensor(size: 5), "data/0, has 16 bytes where 5 numbers of 4"),
    (MadePickle.tensor("DoubleStorage"), "has 16 bytes where 4 numbers of 8"),
    (MadePickle.tensor(key: "1"), "the storage of tensor a, data/1, is missing"),
    (MadePickle.tensor(key: "../data.pkl"), "is missing"),
    (
      MadePickle.tensor(
        shape: .init(repeating: 1, count: 65), strides: .init(repeating: 1, count: 65)),
      "does not describe tensor a"
    ),
    (
      MadePickle.call(
        "torch._utils", "_rebuild_tensor_v2", .init(repeating: MadePickle.integer(1), count: 6)),
      "it calls torch._utils._rebuild_tensor_v2 with arguments"
    ),
    (
      MadePickle.call(
        "torch._utils", "_rebuild_tensor_v2",
        [MadePickle.storage("FloatStorage", key: "0", size: 4)]
          + .init(repeating: MadePickle.text("x"), count: 5)),
      "does not describe tensor a correctly"
    ),
    (MadePickle.call("torch", "FloatStorage", []), "it calls torch.FloatStorage"),
    (MadePickle.call("torch._utils", "_rebuild_parameter", []), "_rebuild_parameter with"),
  ]

  @Test(arguments: liars) func inconsistentTensorsAreReported(tensor: [UInt8], words: String) {
    let reason = reason(MadePickle.file(MadePickle.dictionary([("a", tensor)])))
    #expect(reason.contains(words), "\(reason)")
  }

  @Test func oneStorageHasOneType() {
    let value = MadePickle.dictionary([
      ("a", MadePickle.tensor()), ("b", MadePickle.tensor("HalfStorage", size: 8)),
    ])
    #expect(reason(MadePickle.file(value)).contains("two number types"))
  }

  // MARK: Damage

  @Test(arguments: ["network.pth", "views.pth", "zip64.pth", "oldest.pth", "protocol5.pth"])
  func truncatedFilesAreRefused(_ name: String) throws {
    let whole = try bytes(name)
    for count in whole.indices {
      #expect(throws: NeuralError.self) { try WeightFile.decode(Array(whole[..<count])) }
    }
  }

  @Test(arguments: ["oldest.pth", "protocol5.pth"])
  func everyFlippedBitIsDetectedOrHarmless(_ name: String) throws {
    var bytes = try bytes(name)
    let whole = try PyTorchFile.decode(bytes)
    var seen = 0
    for index in bytes.indices {
      for bit in 0..<8 {
        bytes[index] ^= 1 << bit
        if let read = try? PyTorchFile.decode(bytes) {
          if read != whole { Issue.record("bit \(bit) of byte \(index)") }
        } else {
          seen += 1
        }
        bytes[index] ^= 1 << bit
      }
    }
    // Padding, dates and versions have no effect.
    #expect(seen > 4 * bytes.count)
  }

  @Test(arguments: ["network.pth", "protocol5.pth", "checkpoint.pth"])
  func brokenPicklesWithValidChecksumsDoNotTrap(_ name: String) throws {
    let bytes = try bytes(name)
    let archive = try StoredArchive(bytes)
    let place = try #require(archive.place("data.pkl"))
    let storages = (0..<40).compactMap { key in
      archive.place("data/\(key)").map { ("a/data/\(key)", Array(bytes[$0])) }
    }
    let draws = CounterRandom(seed: 7)
    var refused = 0
    for trial in 0..<4000 {
      var pickle = Array(bytes[place])
      // One to four bytes are changed; two of three trials also remove or duplicate some bytes.
      for change in 0..<1 + trial % 4 {
        let draw = draws.bits(4 * trial + change)
        let at = Int(draw >> 16 % UInt64(pickle.count))
        pickle[at] = UInt8(truncatingIfNeeded: draw)
        let end = min(at + trial % 11, pickle.count)
        if trial % 3 == 1 { pickle.removeSubrange(at..<end) }
        if trial % 3 == 2 { pickle.insert(contentsOf: pickle[at..<end], at: at) }
      }
      let made = MadeArchive.bytes([("a/data.pkl", pickle)] + storages)
      do throws(NeuralError) { _ = try PyTorchFile.decode(made) } catch { refused += 1 }
    }
    #expect(refused > 2000)
  }
}
