extension TextTable {
  /// A column of text is not shortened to less than this, or its heading.
  private static let narrowest = 10

  /// The table for a terminal of some width; in full if the width is `nil`, as on a pipe.
  ///
  /// Columns are left out, the least important first, until the others fit with their text at its
  /// shortest; then the widest texts are shortened in the middle. Numbers and ids stay whole, even if
  /// lines are then too long. A last line names the columns that were left out.
  public func text(width: Int?) -> String {
    guard let width else { return text }
    let widths = widths
    var kept = Array(columns.indices)
    while shortest(kept, widths) > width, let least = leastImportant(kept) {
      kept.removeAll { $0 == least }
    }
    var table = TextTable(kept.map { columns[$0] })
    for row in rows { table.append(kept.map { row[$0] }) }
    let text = table.lines(table.shrunk(kept.map { widths[$0] }, to: width))
    let hidden = columns.indices.filter { !kept.contains($0) }.map { columns[$0].heading }
    guard !hidden.isEmpty else { return text }
    return text
      + TextWrap.lines("(not shown: \(hidden.joined(separator: ", ")))", width: width).map {
        $0 + "\n"
      }
      .joined()
  }

  /// Whether the table fits in a width with its text shortened, without leaving out columns.
  func fits(_ width: Int) -> Bool { shortest(Array(columns.indices), widths) <= width }

  private func leastImportant(_ kept: [Int]) -> Int? {
    kept.filter { columns[$0].importance != nil }
      .min { (columns[$0].importance ?? 0) < (columns[$1].importance ?? 0) }
  }

  /// The width of a column when its text is as short as it may be.
  private func shortest(_ column: Int, _ natural: Int) -> Int {
    columns[column].isFlexible
      ? min(natural, max(columns[column].heading.count, Self.narrowest)) : natural
  }

  /// The width of the table of some columns when all text is as short as it may be.
  private func shortest(_ kept: [Int], _ widths: [Int]) -> Int {
    kept.reduce(2 * (kept.count - 1)) { $0 + shortest($1, widths[$1]) }
  }

  /// The widths of all columns when text has given up the space that is missing, widest first.
  private func shrunk(_ natural: [Int], to width: Int) -> [Int] {
    var widths = natural
    var excess = widths.reduce(2 * (widths.count - 1), +) - width
    while excess > 0 {
      let flexible = widths.indices.filter { widths[$0] > shortest($0, natural[$0]) }
      guard let widest = flexible.max(by: { widths[$0] < widths[$1] }) else { break }
      // Down to the next widest column, so that several long ones end equally wide.
      let next = flexible.filter { widths[$0] < widths[widest] }.map { widths[$0] }.max() ?? 0
      let goal = max(next, shortest(widest, natural[widest]), widths[widest] - excess)
      let step = max(1, widths[widest] - goal)
      widths[widest] -= step
      excess -= step
    }
    return widths
  }
}
