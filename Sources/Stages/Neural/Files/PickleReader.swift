/// A reader of the pickle opcodes that `torch.save` writes, in protocols 2 to 5.
///
/// Format: Python's `pickletools`. Nothing is run: the few calls that plain tensors need are
/// emulated, and every other name is refused.
struct PickleReader {
  /// The supported opcodes, by Python's names.
  private enum Opcode: UInt8 {
    case mark = 0x28, emptyTuple = 0x29, stop = 0x2E
    case binFloat = 0x47, binInt = 0x4A, binInt1 = 0x4B, binInt2 = 0x4D, none = 0x4E
    case binPersID = 0x51, reduce = 0x52, binUnicode = 0x58, emptyList = 0x5D
    case append = 0x61, build = 0x62, global = 0x63, appends = 0x65, binGet = 0x68
    case longBinGet = 0x6A, binPut = 0x71, longBinPut = 0x72, setItem = 0x73, tuple = 0x74
    case setItems = 0x75, emptyDict = 0x7D
    // Protocol 2.
    case proto = 0x80, tuple1 = 0x85, tuple2 = 0x86, tuple3 = 0x87, newTrue = 0x88
    case newFalse = 0x89, long1 = 0x8A, long4 = 0x8B
    // Protocol 4.
    case shortBinUnicode = 0x8C, binUnicode8 = 0x8D, stackGlobal = 0x93, memoize = 0x94
    case frame = 0x95
  }

  /// The number of bytes that a pickle's values may take beyond the size of the file.
  private static let leastRoom = 48 << 20
  /// The number of bytes per value in an array or dictionary that grows by doubling.
  private static let slot = 3 * MemoryLayout<Pickle.Value>.stride

  private let bytes: ArraySlice<UInt8>
  private var at: Int
  /// Where the current opcode begins.
  private var opcodeAt: Int
  private var stack: [Pickle.Value] = []
  private var highest = 0
  private var marks: [Int] = []
  private var memo: [Int: Pickle.Value] = [:]
  private var objects: [[Pickle.Value]] = []
  private var room: Int

  private init(_ bytes: ArraySlice<UInt8>, fileSize: Int) {
    (self.bytes, at, opcodeAt) = (bytes, bytes.startIndex, bytes.startIndex)
    room = Self.leastRoom + fileSize
  }

  /// Reads a pickle in a file of `fileSize` bytes.
  ///
  /// Throws an error with the position of what is damaged, refused or needs more memory than the
  /// file's size plus 48 MiB.
  static func read(_ bytes: ArraySlice<UInt8>, fileSize: Int) throws(NeuralError) -> Pickle {
    var reader = PickleReader(bytes, fileSize: fileSize)
    while true {
      reader.opcodeAt = reader.at
      let byte = try reader.number(1)
      guard let opcode = Opcode(rawValue: UInt8(byte)) else {
        throw reader.problem("the opcode \(byte) is not one that torch.save writes")
      }
      if opcode == .stop { break }
      try reader.step(opcode)
    }
    let root = try reader.pop()
    guard reader.stack.isEmpty else {
      throw reader.problem("values remain on the stack at its end")
    }
    return Pickle(root: root, objects: reader.objects)
  }

  private mutating func step(_ opcode: Opcode) throws(NeuralError) {
    switch opcode {
    case .proto:
      let version = try number(1)
      guard version <= 5 else { throw problem("protocol \(version) is unknown") }
    case .frame: try skip(8)
    case .stop: break
    case .mark:
      try spend(3 * MemoryLayout<Int>.stride)
      marks.append(stack.count)
    case .none: try push(.none)
    case .newTrue: try push(.boolean(true))
    case .newFalse: try push(.boolean(false))
    case .binInt: try push(.integer(Int(Int32(truncatingIfNeeded: try number(4)))))
    case .binInt1: try push(.integer(try number(1)))
    case .binInt2: try push(.integer(try number(2)))
    case .long1: try push(try long(try number(1)))
    case .long4: try push(try long(try number(4)))
    case .binFloat:
      try skip(8)
      try push(.number)
    case .shortBinUnicode: try push(.text(try text(try number(1))))
    case .binUnicode: try push(.text(try text(try number(4))))
    case .binUnicode8: try push(.text(try text(try number(8))))
    case .emptyTuple: try push(.tuple(try object([])))
    case .tuple1: try push(.tuple(try object(try pop(1))))
    case .tuple2: try push(.tuple(try object(try pop(2))))
    case .tuple3: try push(.tuple(try object(try pop(3))))
    case .tuple: try push(.tuple(try object(try popToMark())))
    case .emptyList: try push(.list(try object([])))
    case .append: try append(try pop(1))
    case .appends: try append(try popToMark())
    case .emptyDict: try push(.dictionary(try object([])))
    case .setItem: try setItems(try pop(2))
    case .setItems: try setItems(try popToMark())
    case .binPut: try memoize(try number(1))
    case .longBinPut: try memoize(try number(4))
    case .memoize: try memoize(memo.count)
    case .binGet: try recall(try number(1))
    case .longBinGet: try recall(try number(4))
    case .global, .stackGlobal: try name(opcode)
    case .binPersID: try storage()
    case .reduce: try reduce()
    case .build: try build()
    }
  }

  // MARK: Containers

  private mutating func append(_ items: [Pickle.Value]) throws(NeuralError) {
    guard case .list(let place) = stack.last else {
      throw problem("it appends to a value that is not a list")
    }
    try spend(Self.slot * items.count)
    objects[place] += items
  }

  private mutating func setItems(_ items: [Pickle.Value]) throws(NeuralError) {
    guard case .dictionary(let place) = stack.last, items.count % 2 == 0 else {
      throw problem("it sets items of a value that is not a dictionary, or a key without a value")
    }
    // Twice, as `Pickle.members` builds a dictionary by name.
    try spend(2 * Self.slot * items.count)
    objects[place] += items
  }

  private mutating func memoize(_ index: Int) throws(NeuralError) {
    guard let value = stack.last else { throw problem("it stores a value from an empty stack") }
    try spend(2 * Self.slot)
    memo[index] = value
  }

  private mutating func recall(_ index: Int) throws(NeuralError) {
    guard let value = memo[index] else {
      throw problem("it recalls value \(index), which was never stored")
    }
    try push(value)
  }

  /// Adds a container and returns its index.
  private mutating func object(_ items: [Pickle.Value]) throws(NeuralError) -> Int {
    try spend(64 + MemoryLayout<Pickle.Value>.stride * items.count)
    objects.append(items)
    return objects.count - 1
  }

  // MARK: Names and calls

  private mutating func name(_ opcode: Opcode) throws(NeuralError) {
    let (module, name): (String, String)
    if opcode == .global {
      (module, name) = (try line(), try line())
    } else {
      let names = try pop(2)
      guard case .text(let first) = names[0], case .text(let second) = names[1] else {
        throw problem("it names a class with a value that is not text")
      }
      (module, name) = (first, second)
    }
    guard let global = Pickle.Global(module: module, name: name) else {
      throw problem(
        "it names \(module.prefix(100)).\(name.prefix(100)), which is not part of plain tensors and is "
          + "never run; save the state dictionary alone, torch.save(model.state_dict(), ...)")
    }
    try push(.global(global))
  }

  private mutating func storage() throws(NeuralError) {
    guard case .tuple(let place) = try pop(), case .text("storage") = objects[place].first else {
      throw problem("its external reference is not a storage")
    }
    try push(.storage(place))
  }

  private mutating func reduce() throws(NeuralError) {
    let call = try pop(2)
    guard case .global(let function) = call[0], case .tuple(let place) = call[1] else {
      throw problem("it calls a value that is not a function")
    }
    let arguments = objects[place]
    switch (function, arguments.count, arguments.first) {
    case (.orderedDictionary, 0, _): try push(.dictionary(try object([])))
    case (.rebuildTensor, 6...7, .storage): try push(.tensor(place))
    case (.rebuildParameter, 3, .tensor(let data)): try push(.tensor(data))
    default:
      throw problem("it calls \(function.name) with arguments that torch.save never writes")
    }
  }

  /// Discards what PyTorch attaches to a state dictionary besides its members, such as `_metadata`.
  private mutating func build() throws(NeuralError) {
    _ = try pop()
    guard case .dictionary = stack.last else {
      throw problem("it builds the state of a value that is not a dictionary")
    }
  }

  // MARK: The stack

  private mutating func push(_ value: Pickle.Value) throws(NeuralError) {
    stack.append(value)
    if stack.count > highest {
      highest = stack.count
      try spend(Self.slot)
    }
  }

  private mutating func pop() throws(NeuralError) -> Pickle.Value {
    guard stack.count > marks.last ?? 0, let value = stack.popLast() else {
      throw problem("it pops a value from an empty stack")
    }
    return value
  }

  private mutating func pop(_ count: Int) throws(NeuralError) -> [Pickle.Value] {
    guard stack.count - (marks.last ?? 0) >= count else {
      throw problem("it pops \(count) values from a smaller stack")
    }
    defer { stack.removeLast(count) }
    return Array(stack.suffix(count))
  }

  private mutating func popToMark() throws(NeuralError) -> [Pickle.Value] {
    guard let mark = marks.popLast() else { throw problem("it pops values to a missing mark") }
    defer { stack.removeLast(stack.count - mark) }
    return Array(stack[mark...])
  }

  // MARK: Bytes

  private mutating func skip(_ count: Int) throws(NeuralError) {
    guard count <= bytes.endIndex - at else { throw problem("it is cut short") }
    at += count
  }

  /// Reads an unsigned little-endian integer of `width` bytes.
  private mutating func number(_ width: Int) throws(NeuralError) -> Int {
    let start = at
    try skip(width)
    var word: UInt64 = 0
    for byte in bytes[start..<at].reversed() { word = word << 8 | UInt64(byte) }
    guard let number = Int(exactly: word) else { throw problem("it is cut short") }
    return number
  }

  /// Reads a signed integer of `count` bytes, in two's complement.
  private mutating func long(_ count: Int) throws(NeuralError) -> Pickle.Value {
    let start = at
    try skip(count)
    guard count <= 8 else { return .number }
    let digits = bytes[start..<at]
    var word: Int64 = Int8(bitPattern: digits.last ?? 0) < 0 ? -1 : 0
    for byte in digits.reversed() { word = word << 8 | Int64(byte) }
    return .integer(Int(word))
  }

  private mutating func text(_ count: Int) throws(NeuralError) -> String {
    let start = at
    try skip(count)
    // Twice, as a name is copied when its prefix is removed.
    try spend(128 + 2 * count)
    guard let text = String(validating: bytes[start..<at], as: UTF8.self) else {
      throw problem("a text is not UTF-8")
    }
    return text
  }

  /// Reads text up to the end of the line.
  private mutating func line() throws(NeuralError) -> String {
    guard let end = bytes[at...].firstIndex(of: UInt8(ascii: "\n")) else {
      throw problem("it is cut short")
    }
    let line = try text(end - at)
    at += 1
    return line
  }

  private mutating func spend(_ bytes: Int) throws(NeuralError) {
    room -= bytes
    guard room >= 0 else {
      throw problem("its contents take more memory than the file's size plus 48 MiB")
    }
  }

  private func problem(_ reason: String) -> NeuralError {
    NeuralError("data.pkl cannot be read at its byte \(opcodeAt - bytes.startIndex): \(reason)")
  }
}
