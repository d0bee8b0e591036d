/// Creates inputs: files of a format, changed in one or several places.
///
/// An input with a new outcome is kept and changed further, so that inputs get past one check after
/// the other.
struct Mutator {
  /// The maximum length of an input, so that many can be tried.
  static let longest = 8 << 10
  /// The maximum number of inputs kept in addition to the seeds.
  private static let mostKept = 512
  /// The number of distinct outcomes after which inputs are no longer kept.
  private static let mostOutcomes = 1 << 14

  private let format: FuzzFormat
  private var random: FuzzRandom
  private let seeds: [[UInt8]]
  private let longest: Int
  private var kept: [[UInt8]] = []
  private var outcomes: Set<Verdict> = []
  private var made = 0

  init(_ format: FuzzFormat, seeds: [[UInt8]], seed: UInt64) {
    (self.format, self.seeds) = (format, seeds)
    random = FuzzRandom(seed: seed)
    // A few lines of text are enough.
    longest = format.isText ? max(2048, seeds.map(\.count).max() ?? 0) : Self.longest
  }

  /// The number of distinct outcomes so far.
  var outcomeCount: Int { outcomes.count }

  /// The next input; the seeds come first, unchanged.
  mutating func next() -> [UInt8] {
    defer { made += 1 }
    if made < seeds.count { return seeds[made] }
    var bytes = source()
    // Usually one change, rarely many.
    let most = min(random.below(6), random.below(6), random.below(6))
    for _ in 0..<(1 << most) { change(&bytes) }
    if bytes.count > longest { bytes.removeLast(bytes.count - longest) }
    if !random.isTrue(oneIn: 4) { format.repair(&bytes) }
    return bytes
  }

  /// Keeps an input whose outcome is new.
  mutating func learn(_ input: [UInt8], _ verdict: Verdict) {
    guard outcomes.count < Self.mostOutcomes, outcomes.insert(verdict).inserted else { return }
    if kept.count < Self.mostKept {
      kept.append(input)
    } else {
      kept[random.below(kept.count)] = input
    }
  }

  private mutating func source() -> [UInt8] {
    kept.isEmpty || random.isTrue(oneIn: 2) ? random.element(seeds) : random.element(kept)
  }

  private mutating func change(_ bytes: inout [UInt8]) {
    if format.isText, !random.isTrue(oneIn: 3) { return changeText(&bytes) }
    guard !bytes.isEmpty else { return insert(&bytes) }
    switch random.below(14) {
    case 0, 1: bytes[random.below(bytes.count)] ^= 1 << UInt8(random.below(8))
    case 2: bytes[random.below(bytes.count)] = random.byte()
    case 3: bytes[random.below(bytes.count)] = random.element([0, 1, 0x7F, 0x80, 0xFE, 0xFF])
    case 4: bytes[random.below(bytes.count)] &+= UInt8(truncatingIfNeeded: random.below(33) - 16)
    case 5, 6, 7: setNumber(&bytes)
    case 8: bytes.removeLast(bytes.count - random.below(bytes.count))
    case 9: bytes.removeSubrange(range(bytes))
    case 10: insert(&bytes)
    case 11: bytes.insert(contentsOf: bytes[range(bytes)], at: random.below(bytes.count + 1))
    case 12: splice(&bytes)
    default: overwrite(&bytes)
    }
  }

  /// A short range, rarely a long one.
  mutating func range(_ bytes: [UInt8]) -> Range<Int> {
    let start = random.below(bytes.count)
    let most = random.isTrue(oneIn: 8) ? bytes.count : 32
    return start..<min(bytes.count, start + 1 + random.below(most))
  }

  /// Overwrites a number with a boundary value, aligned as fields usually are.
  private mutating func setNumber(_ bytes: inout [UInt8]) {
    let width = random.element([1, 2, 2, 4, 4, 4, 8])
    guard bytes.count >= width else { return }
    let step = random.isTrue(oneIn: 3) ? 1 : min(width, 4)
    let at = random.below((bytes.count - width) / step + 1) * step
    let length = UInt64(bytes.count)
    let ends: [UInt64] = [0, 1, 2, 3, 4, 7, 8, 16, 64, 255, 256, 1000, 65_535, 65_536]
    let edges: [UInt64] = [
      0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 0xFFFF_FFFE, 0x7FFF, 0x8000, 1 << 40, 1 << 62,
      .max, .max - 1, 1 << 63, (1 << 63) - 1, length, length - 1, length + 1, length / 2,
    ]
    let value = random.isTrue(oneIn: 2) ? random.element(ends) : random.element(edges)
    let isLittle = random.isTrue(oneIn: 2)
    for index in 0..<width {
      let shift = UInt64(8 * (isLittle ? index : width - 1 - index))
      bytes[at + index] = UInt8(truncatingIfNeeded: value >> shift)
    }
  }

  private mutating func insert(_ bytes: inout [UInt8]) {
    let piece =
      !format.tokens.isEmpty && random.isTrue(oneIn: 2)
      ? random.element(format.tokens)
      : (0..<1 + random.below(16)).map { _ in random.byte() }
    bytes.insert(contentsOf: piece, at: random.below(bytes.count + 1))
  }

  /// Joins the beginning of one file and the end of another.
  private mutating func splice(_ bytes: inout [UInt8]) {
    let other = source()
    bytes.removeLast(random.below(bytes.count))
    bytes += other.suffix(random.below(other.count + 1))
  }

  /// Overwrites a place with a range of another file or with a token.
  private mutating func overwrite(_ bytes: inout [UInt8]) {
    var piece: [UInt8] = []
    if !format.tokens.isEmpty, random.isTrue(oneIn: 2) {
      piece = random.element(format.tokens)
    } else {
      let other = source()
      if !other.isEmpty { piece = Array(other[range(other)]) }
    }
    let at = random.below(bytes.count)
    for (index, byte) in piece.enumerated() where at + index < bytes.count {
      bytes[at + index] = byte
    }
  }
}

// MARK: - Text

extension Mutator {
  private static let numbers: [[UInt8]] = [
    "0", "-0", "1", "-1", "1e308", "1e-320", "-1e999", "9223372036854775807",
    "9223372036854775808", "-9223372036854775808", "9007199254740993", "0.1", "1e5", "100001",
    "4294967296", "NaN", "inf", "0x10", "1.", "00", "+5", "2147483648", "18446744073709551615",
  ].map { [UInt8](text: $0) }

  private static let marks: [[UInt8]] = [
    "\"", "'", ",", "\n", "\r\n", "\t", "{", "}", "[", "]", ":", "\\", "\\u0000", "\\ud800", "/",
    "..", "\0", "\u{FEFF}", "\u{202E}", "é", "e\u{301}", "\u{1F600}", "${", "$${", "@", "=", "\\n",
  ].map { [UInt8](text: $0) }

  private mutating func changeText(_ bytes: inout [UInt8]) {
    guard !bytes.isEmpty else {
      bytes = random.element(Self.marks)
      return
    }
    switch random.below(8) {
    case 0, 1: replaceWord(&bytes, number: true)
    case 2: replaceWord(&bytes, number: false)
    case 3:
      bytes.insert(contentsOf: random.element(Self.marks), at: random.below(bytes.count + 1))
    case 4 where !format.tokens.isEmpty:
      bytes.insert(contentsOf: random.element(format.tokens), at: random.below(bytes.count + 1))
    case 5:
      // Repeats one piece, for deep nesting and long lists.
      let piece = Array(bytes[range(bytes)])
      let at = random.below(bytes.count + 1)
      let times = 1 + random.below(min(400, longest / max(1, piece.count)))
      bytes.insert(contentsOf: repeatElement(piece, count: times).joined(), at: at)
    case 6: bytes.removeSubrange(range(bytes))
    default:
      let (from, to) = (range(bytes), random.below(bytes.count))
      let piece = bytes[from]
      bytes.replaceSubrange(to..<min(bytes.count, to + piece.count), with: Array(piece))
    }
  }

  /// Replaces a word or number with another.
  private mutating func replaceWord(_ bytes: inout [UInt8], number: Bool) {
    func isPart(_ byte: UInt8) -> Bool {
      let isDigit = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      return number
        ? isDigit || byte == UInt8(ascii: ".")
        : isDigit || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
          || byte == UInt8(ascii: "-")
    }
    let from = random.below(bytes.count)
    guard let start = bytes[from...].firstIndex(where: isPart) else { return }
    let end = bytes[start...].firstIndex { !isPart($0) } ?? bytes.count
    let words = number ? Self.numbers : format.tokens.isEmpty ? Self.marks : format.tokens
    bytes.replaceSubrange(start..<end, with: random.element(words))
  }
}
