internal import PipelineDSL

/// The columns of a `predictions.csv` that a comparison needs, one row per sample and part.
struct PredictionTable {
  /// A sample, its label and its prediction.
  struct Row {
    let id: String
    let part: String
    let label: String
    let predicted: String

    var isRight: Bool { label == predicted }
    var key: [String] { [id, part] }
  }

  let rows: [Row]

  /// Reads a table with the columns `id`, `label`, `predicted` and, if there are parts, `part`.
  ///
  /// - Throws: What is wrong with the table, and on which line.
  init(parsing bytes: [UInt8]) throws(CSVError) {
    // Tables of tens of thousands of samples contain no quotes, and most of their columns are
    // probabilities and logits, which are not needed here.
    if !bytes.contains(UInt8(ascii: "\"")), !bytes.contains(13) {
      rows = try Self.plainRows(bytes)
      return
    }
    let table = try CSVTable(parsing: bytes)
    let columns = try Self.columns(table.columns)
    rows = table.rows.map { row in
      Row(
        id: row[columns.id], part: columns.part.map { row[$0] } ?? "", label: row[columns.label],
        predicted: row[columns.predicted])
    }
  }

  private typealias Column = PredictionsFormat.Column
  private typealias Columns = (id: Int, part: Int?, label: Int, predicted: Int)

  private static func columns(_ names: [String]) throws(CSVError) -> Columns {
    let table = CSVTable(columns: names)
    return (
      try table.column(Column.id), table.position(of: Column.part), try table.column(Column.label),
      try table.column(Column.predicted)
    )
  }

  private static func plainRows(_ bytes: [UInt8]) throws(CSVError) -> [Row] {
    let comma = UInt8(ascii: ",")
    var (rows, columns, width): ([Row], Columns?, Int) = ([], nil, 0)
    for (number, line) in bytes.split(separator: 10, omittingEmptySubsequences: false).enumerated()
    where !line.isEmpty {
      let fields = line.split(separator: comma, omittingEmptySubsequences: false)
      guard let known = columns else {
        columns = try self.columns(fields.map { String(decoding: $0, as: UTF8.self) })
        width = fields.count
        continue
      }
      guard fields.count == width else {
        throw CSVError(
          line: number + 1, reason: "\(fields.count) fields, but the header has \(width)")
      }
      func text(_ index: Int) -> String { String(decoding: fields[index], as: UTF8.self) }
      rows.append(
        Row(
          id: text(known.id), part: known.part.map(text) ?? "", label: text(known.label),
          predicted: text(known.predicted)))
    }
    guard columns != nil else { throw CSVError(line: 1, reason: "the file is empty") }
    return rows
  }
}
