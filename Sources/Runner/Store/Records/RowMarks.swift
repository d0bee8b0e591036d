internal import PipelineDSL

/// A row of a run, as its seal covers it.
struct SealedRow {
  let table: String
  /// The number of the row.
  let number: Int
  /// The table's name and the values as JSON, with a line break.
  let line: String
}

/// Eight hexadecimal digits for each sealed row, so that an audit can identify the changed row.
///
/// The seal protects the rows; the marks, which it covers, only show where to look. One line per
/// table, `<table> <marks>`, and last the digest of these lines, so that marks that were changed
/// themselves do not accuse a row.
struct RowMarks: Hashable {
  private static let width = 8
  /// The concatenated marks of each table's rows, in order.
  private let marks: [String: [UInt8]]
  /// The tables, in the order of the seal.
  private let tables: [String]

  init(_ rows: [SealedRow]) {
    var marks: [String: [UInt8]] = [:]
    var tables: [String] = []
    for row in rows {
      if marks[row.table] == nil { tables.append(row.table) }
      marks[row.table, default: []] += Self.mark(row.line)
    }
    (self.marks, self.tables) = (marks, tables)
  }

  /// The marks as they are recorded.
  var text: String {
    let lines = tables.map { "\($0) \(String(decoding: marks[$0] ?? [], as: UTF8.self))\n" }
      .joined()
    return lines + Digest.of(lines).hex
  }

  /// Parses recorded marks; `nil` if they were changed.
  init?(text: String) {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard let digest = lines.popLast(),
      Digest.of(lines.map { $0 + "\n" }.joined()).hex == digest
    else { return nil }
    var marks: [String: [UInt8]] = [:]
    var tables: [String] = []
    for line in lines {
      let words = line.split(separator: " ")
      guard words.count == 2 else { return nil }
      tables.append(String(words[0]))
      marks[tables[tables.count - 1]] = Array(words[1].utf8)
    }
    (self.marks, self.tables) = (marks, tables)
  }

  /// The changes to the rows since these marks were made: for each changed table, the first row
  /// that differs.
  func changes(to rows: [SealedRow]) -> [RecordProblem] {
    let today = Dictionary(grouping: rows, by: \.table)
    var problems: [RecordProblem] = []
    for table in tables + today.keys.filter({ marks[$0] == nil }).sorted() {
      let then = marks[table] ?? []
      let now = today[table] ?? []
      let sealed = then.count / Self.width
      let place = now.indices.first { index in
        index >= sealed
          || !then[(index * Self.width)..<((index + 1) * Self.width)].elementsEqual(
            Self.mark(now[index].line))
      }
      guard place != nil || sealed != now.count else { continue }
      let expected =
        sealed == now.count
        ? "the row that was sealed" : "\(sealed) \(sealed == 1 ? "row" : "rows")"
      let row = place.map { now[$0] }
      let line = row.map { String($0.line.dropLast()) }
      let count = "\(now.count)" + (line.map { ", first difference: \($0)" } ?? "")
      problems.append(
        RecordProblem(
          table: table, row: row?.number, expected: expected,
          found: sealed == now.count ? line ?? "none" : count))
    }
    return problems
  }

  /// The mark of a row: FNV-1a over its line, folded to 32 bits.
  ///
  /// It locates a change; the seal detects it.
  private static func mark(_ line: String) -> [UInt8] {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in line.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    let folded = UInt32(truncatingIfNeeded: hash ^ hash >> 32)
    let digits = Array("0123456789abcdef".utf8)
    return (0..<width).map { digits[Int(folded >> (28 - 4 * UInt32($0)) & 15)] }
  }
}
