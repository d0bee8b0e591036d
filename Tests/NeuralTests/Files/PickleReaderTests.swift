import Testing

@testable import Neural

@Suite struct PickleReaderTests {
  private func read(_ bytes: [UInt8]) throws(NeuralError) -> Pickle {
    // The pickle is a slice of other bytes; positions are relative to its start.
    try PickleReader.read(([9] + bytes)[1...], fileSize: bytes.count)
  }

  /// The items of a tuple of numbers and texts, as text.
  private func items(_ bytes: [UInt8]) throws -> [String] {
    let pickle = try read(MadePickle.start + MadePickle.mark + bytes + Array("t.".utf8))
    guard case .tuple(let place) = pickle.root else { return [] }
    return pickle.objects[place].map { "\($0)" }
  }

  @Test func readsNumbersLikePython() throws {
    let bytes: [UInt8] = [
      0x4B, 200, 0x4D, 1, 2, 0x4A, 0xFE, 0xFF, 0xFF, 0xFF, 0x4A, 0, 0, 0, 0x80, 0x8A, 0, 0x8A, 1,
      0xFF, 0x8A, 2, 0xFF, 0, 0x8A, 8, 0, 0, 0, 0, 0, 0, 0, 0x80, 0x8B, 1, 0, 0, 0, 0x7F,
    ]
    #expect(
      try items(bytes)
        == [200, 513, -2, -(1 << 31), 0, -1, 255, .min, 127].map { "integer(\($0))" })
    let long: [UInt8] = [0x8A, 9] + [UInt8](repeating: 0xFF, count: 8) + [0]
    #expect(try items(long + [0x47, 0, 0, 0, 0, 0, 0, 0, 0]) == ["number", "number"])
    #expect(try items([0x88, 0x89, 0x4E]) == ["boolean(true)", "boolean(false)", "none"])
  }

  @Test func readsTextsOfAllLengths() throws {
    let short: [UInt8] = [0x8C, 2, 0xC3, 0xA9]
    let wide: [UInt8] = [0x8D] + little(1, 8) + [0x61]
    #expect(
      try items(short + wide + MadePickle.text("")) == ["text(\"é\")", "text(\"a\")", "text(\"\")"])
  }

  @Test func containersAreShared() throws {
    // A list is memoised, put in a tuple twice, and only then given an item.
    let bytes = MadePickle.start + Array("]q".utf8) + [0, 0x68, 0, 0x86, 0x68, 0, 0x4B, 5]
    let pickle = try read(bytes + Array("a".utf8) + [0x86] + MadePickle.stop)
    guard case .tuple(let outer) = pickle.root, case .tuple(let inner) = pickle.objects[outer][0],
      case .list(let list) = pickle.objects[inner][0],
      case .list(let same) = pickle.objects[inner][1],
      case .integer(5) = pickle.objects[list].first
    else {
      Issue.record("\(pickle)")
      return
    }
    #expect(list == same && pickle.objects[list].count == 1)
  }

  /// Bytes after the start of a pickle, and part of the error.
  static let damaged: [([UInt8], String)] = [
    ([], "byte 2: it is cut short"), ([0x80, 6], "byte 2: protocol 6 is unknown"),
    ([0x4E], "byte 3: it is cut short"), (Array(".".utf8), "byte 2: it pops a value"),
    (Array("NN.".utf8), "byte 4: values remain"), ([0xFF], "byte 2: the opcode 255"),
    (Array("I1\n.".utf8), "the opcode 73 is not one that torch.save writes"),
    (Array("t".utf8), "to a missing mark"), (Array("(a".utf8), "pops 1 values"),
    (Array("N(a".utf8), "pops 1 values"), (Array("N(0.".utf8), "the opcode 48"),
    (Array("NNa".utf8), "it appends to a value that is not a list"),
    (Array("]NNs".utf8), "it sets items of a value that is not"),
    (Array("}(Nu".utf8), "a key without a value"),
    (Array("q\u{0}".utf8), "byte 2: it stores a value"),
    (Array("h\u{7}".utf8), "it recalls value 7, which was never stored"),
    ([0x93], "pops 2 values"),
    (Array("NN".utf8) + [0x93], "it names a class with a value that is not text"),
    (Array("cos".utf8), "cut short"), (Array("cos\nsystem".utf8), "cut short"),
    (Array("NQ".utf8), "not a storage"), (Array(")Q".utf8), "not a storage"),
    (Array("N)R".utf8), "not a function"), (Array("NNb".utf8), "not a dictionary"),
    (Array("ccollections\nOrderedDict\n(NtR".utf8), "it calls collections.OrderedDict with"),
    ([0x58, 0xFF, 0xFF, 0xFF, 0xFF, 0x61], "cut short"), ([0x58, 1, 0, 0, 0, 0xFF], "not UTF-8"),
    ([0x8D] + [UInt8](repeating: 0xFF, count: 8), "cut short"),
    ([0x8B, 0xFF, 0xFF, 0xFF, 0xFF], "cut short"), ([0x95, 1], "cut short"),
  ]

  @Test(arguments: damaged) func damageIsReported(bytes: [UInt8], words: String) {
    let error = #expect(throws: NeuralError.self) { try read(MadePickle.start + bytes) }
    #expect(error?.reason.contains(words) == true, "\(error?.reason ?? "")")
  }

  /// Pickles that grow far beyond their size: bytes before, a part that is repeated, and bytes
  /// after.
  static let bombs: [(String, [UInt8], [UInt8], [UInt8])] = [
    ("values", [], Array("N".utf8), []), ("marks", [], MadePickle.mark, []),
    ("empty lists", [], Array("]".utf8), []),
    ("one tuple within another", Array(")".utf8), [0x85], MadePickle.stop),
    ("items of a list", Array("]".utf8), Array("Na".utf8), MadePickle.stop),
    ("items of a dictionary", Array("}".utf8), Array("NNs".utf8), MadePickle.stop),
    ("empty texts", [], [0x8C, 0], []),
  ]

  @Test(arguments: bombs)
  func memoryBombsAreRefused(_: String, before: [UInt8], part: [UInt8], after: [UInt8]) {
    let parts = repeatElement(part, count: 4 << 20).joined()
    let bytes = MadePickle.start + before + parts + after
    let error = #expect(throws: NeuralError.self) { try read(bytes) }
    #expect(error?.reason.contains("more memory than the file's size plus 48 MiB") == true)
  }

  @Test func memoisedValuesAreBounded() {
    let parts = (0..<1 << 20).flatMap { [UInt8(ascii: "r")] + little($0, 4) }
    let error = #expect(throws: NeuralError.self) { try read(MadePickle.start + [0x4E] + parts) }
    #expect(error?.reason.contains("more memory") == true)
    // A large memo index takes no more memory than a small one.
    #expect(throws: Never.self) {
      try read(MadePickle.start + [0x4E, UInt8(ascii: "r")] + little(-1, 4) + MadePickle.stop)
    }
  }

  @Test func repeatedDoublingStaysSmall() throws {
    // Each tuple contains the previous one twice: two to the power of a thousand items, if they
    // were counted.
    let double = [UInt8(ascii: "q"), 0, UInt8(ascii: "h"), 0, 0x86]
    let tower = Array(")".utf8) + repeatElement(double, count: 1000).joined()
    let pickle = try read(MadePickle.start + tower + MadePickle.stop)
    #expect(pickle.objects.count == 1001)
    let value = MadePickle.dictionary([("a", MadePickle.tensor()), ("b", tower)])
    #expect(try PyTorchFile.decode(MadePickle.file(value)).map(\.values) == [[1, 2]])
  }
}
