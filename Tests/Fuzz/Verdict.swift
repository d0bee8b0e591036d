/// The outcome of an input, without the numbers and quoted names in its text.
struct Verdict: Hashable {
  let isTaken: Bool
  private let words: UInt64

  init(_ outcome: FuzzFormat.Outcome) {
    let text: String
    switch outcome {
    case .taken(let words): (text, isTaken) = (words, true)
    case .refused(let words): (text, isTaken) = (words, false)
    }
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    var quoted = false
    for byte in text.utf8.prefix(200) {
      if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") { quoted.toggle() }
      let isDigit = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      if !quoted, !isDigit { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    }
    words = hash
  }
}
