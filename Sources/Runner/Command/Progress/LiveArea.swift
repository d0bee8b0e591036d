internal import Reports

/// The lines at the bottom of a terminal that are replaced while a run continues.
///
/// It only composes text: the caller writes each result in one piece, so that nothing flickers.
struct LiveArea: Sendable {
  /// The columns that each line on the screen takes.
  private var shown: [Int] = []
  private var width = 0

  /// What replaces the lines on the screen by permanent lines and, below them, other live lines.
  ///
  /// All lines must be shorter than the terminal is wide.
  mutating func replace(
    above permanent: [(text: String, colour: Int?)], with lines: [(text: String, colour: Int?)],
    columns: Int
  ) -> String {
    var text = rewind(columns: columns)
    for line in permanent { text += Self.coloured(line) + "\n" }
    // The cursor stays at the end of the last line, so that the screen does not scroll for it.
    text += lines.map(Self.coloured).joined(separator: "\n")
    shown = lines.map { Display.columns($0.text) }
    width = columns
    return text
  }

  /// Moves to the first line on the screen and erases everything from there.
  private func rewind(columns: Int) -> String {
    guard !shown.isEmpty else { return "" }
    // A terminal that became narrower has broken the lines.
    let rows = shown.reduce(0) { sum, used in
      columns < width ? sum + max(1, (used + columns - 1) / max(1, columns)) : sum + 1
    }
    return "\r" + (rows > 1 ? "\u{1B}[\(rows - 1)A" : "") + "\u{1B}[J"
  }

  private static func coloured(_ line: (text: String, colour: Int?)) -> String {
    line.colour.map { "\u{1B}[\($0)m\(line.text)\u{1B}[0m" } ?? line.text
  }
}
