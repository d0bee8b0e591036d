/// The screen of a terminal: interprets text, line ends, and the few control sequences that Assay
/// writes.
package struct Screen: Sendable {
  /// The lines that scrolled out at the top.
  package private(set) var scrolled: [String] = []
  /// The number of lines that the terminal had to break because they were too long.
  package private(set) var broken = 0
  /// Control sequences that it does not know.
  package private(set) var unknown: [String] = []
  private var columns: Int
  private var rows: Int
  private var lines: [[Character]] = [[]]
  private var row = 0
  private var column = 0
  private var sequence: String?

  /// An empty screen.
  package init(columns: Int, rows: Int) { (self.columns, self.rows) = (columns, rows) }

  /// The lines on the screen.
  package var visible: [String] { lines.map { String($0) } }
  /// Everything that was printed, with what scrolled out.
  package var all: [String] { scrolled + visible }
  /// The lines on the screen as text.
  package var text: String { visible.joined(separator: "\n") }

  /// Gives the screen another size; lines that no longer fit are broken, as most terminals do.
  package mutating func resize(columns: Int, rows: Int) {
    var broken: [[Character]] = []
    var cursor = (row: row, column: column)
    for (index, line) in lines.enumerated() {
      if index == row {
        cursor = (broken.count + max(0, column - 1) / columns, (column - 1) % columns + 1)
      }
      var rest = line[...]
      repeat {
        broken.append(Array(rest.prefix(columns)))
        rest = rest.dropFirst(columns)
      } while !rest.isEmpty
    }
    (self.columns, self.rows, lines) = (columns, rows, broken)
    (row, column) = cursor
    scroll()
  }

  /// Draws what a program wrote.
  package mutating func draw(_ text: String) {
    for scalar in text.unicodeScalars {
      if let open = sequence {
        let whole = open + String(scalar)
        sequence = whole
        if open.count > 1, scalar.properties.isAlphabetic { finish(whole) }
        continue
      }
      switch scalar {
      case "\u{1B}": sequence = "\u{1B}"
      case "\r": column = 0
      case "\n":
        row += 1
        if row == lines.count { lines.append([]) }
        scroll()
      default: put(Character(scalar))
      }
    }
  }

  private mutating func put(_ character: Character) {
    if column == columns {
      broken += 1
      column = 0
      row += 1
      if row == lines.count { lines.append([]) }
      scroll()
    }
    while lines[row].count < column { lines[row].append(" ") }
    if column < lines[row].count {
      lines[row][column] = character
    } else {
      lines[row].append(character)
    }
    column += 1
  }

  private mutating func finish(_ whole: String) {
    sequence = nil
    let body = whole.dropFirst(2).dropLast()
    switch whole.last {
    case "m": return
    case "A": row = max(0, row - (Int(body) ?? 1))
    case "J" where body.isEmpty:
      lines.removeSubrange((row + 1)...)
      lines[row] = Array(lines[row].prefix(column))
    case "K" where body.isEmpty: lines[row] = Array(lines[row].prefix(column))
    default: unknown.append(String(whole.dropFirst()))
    }
  }

  private mutating func scroll() {
    while lines.count > rows {
      scrolled.append(String(lines.removeFirst()))
      row = max(0, row - 1)
    }
  }
}
