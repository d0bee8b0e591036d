extension Display {
  /// The number of columns that text on one line takes on a terminal.
  public static func columns(_ text: some StringProtocol) -> Int {
    text.reduce(0) { $0 + columns($1) }
  }

  /// The start of a text that fits into some columns; what is cut off is shown as `…`.
  public static func fitted(_ text: String, columns limit: Int) -> String {
    guard columns(text) > limit else { return text }
    return prefix(of: text, columns: limit - 1) + (limit > 0 ? "…" : "")
  }

  /// A text that fits into some columns, with its middle cut out; most of the rest is its end, where
  /// names of cells differ.
  public static func fittedInTheMiddle(_ text: String, columns limit: Int) -> String {
    guard columns(text) > limit else { return text }
    guard limit > 2 else { return fitted(text, columns: limit) }
    let tail = prefix(of: String(text.reversed()), columns: (limit - 1) * 2 / 3).reversed()
    return prefix(of: text, columns: limit - 1 - columns(String(tail))) + "…" + String(tail)
  }

  /// A text that takes at least some columns, filled up with spaces.
  public static func padded(_ text: String, columns width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - columns(text)))
  }

  /// Text on lines of at most some columns, broken at spaces if possible; lines after the first are
  /// indented.
  public static func wrapped(_ text: String, columns limit: Int, indent: Int) -> [String] {
    var lines: [String] = []
    var rest = text[...]
    var room = max(1, limit)
    while columns(rest) > room {
      var end = rest.startIndex
      var used = 0
      while end < rest.endIndex, used + columns(rest[end]) <= room || end == rest.startIndex {
        used += columns(rest[end])
        end = rest.index(after: end)
      }
      // A word that is longer than half a line is cut.
      if end < rest.endIndex, rest[end] != " ", let space = rest[..<end].lastIndex(of: " "),
        columns(rest[..<space]) > room / 2
      {
        end = space
      }
      lines.append(String(rest[..<end]))
      rest = rest[end...].drop { $0 == " " }
      room = max(1, limit - indent)
    }
    if !rest.isEmpty || lines.isEmpty { lines.append(String(rest)) }
    let margin = String(repeating: " ", count: indent)
    return lines.enumerated().map { $0.offset == 0 ? $0.element : margin + $0.element }
  }

  private static func prefix(of text: String, columns limit: Int) -> String {
    var used = 0
    return String(
      text.prefix { character in
        used += columns(character)
        return used <= limit
      })
  }

  /// 2 for the wide characters of East Asia and pictures, 0 for marks that stand alone.
  private static func columns(_ character: Character) -> Int {
    guard let first = character.unicodeScalars.first else { return 0 }
    if first.isASCII { return 1 }
    if first.properties.isEmojiPresentation || character.unicodeScalars.contains("\u{FE0F}") {
      return 2
    }
    switch first.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: break
    }
    let wide: [ClosedRange<UInt32>] = [
      0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3,
      0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1FAFF,
      0x20000...0x3FFFD,
    ]
    return wide.contains { $0.contains(first.value) } ? 2 : 1
  }
}
