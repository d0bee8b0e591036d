import Foundation
import PipelineDSL
import TestSupport
import Testing

@testable import Store

/// Random numbers that are the same in every run of the tests.
struct SplitMix: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// Corrupts sealed rows, as someone with an SQLite shell could.
struct RowCorruption {
  /// Sealed tables, and the condition for a row to be sealed.
  static let tables = [
    "pipeline": "1", "run": "1", "run_end": "1", "parameter": "1", "environment": "1",
    "stage_run": "1", "stage_edge": "1", "artifact": "1", "metric": "1", "check_result": "1",
    "divergence": "run IS NOT NULL", "event": "run IS NOT NULL",
  ]
  /// Tables whose constraints allow another row; `event` is left out, as later events are
  /// legitimate.
  static let open = ["stage_run", "stage_edge", "metric", "check_result", "divergence"]

  let database: Database
  private let triggers: [String]

  /// Opens a record and drops its triggers, which `finish` restores.
  init(_ path: String) throws {
    database = try Database(path, create: false)
    let found = try database.rows("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'") {
      ($0.text(0), $0.text(1))
    }
    triggers = found.map(\.1)
    // As if the file were edited byte by byte: nothing checks what is written.
    try database.execute("PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON")
    try database.execute("PRAGMA synchronous = OFF; BEGIN IMMEDIATE")
    for (name, _) in found { try database.execute("DROP TRIGGER \(name)") }
  }

  func finish() throws {
    for trigger in triggers { try database.execute(trigger) }
    try database.execute("COMMIT")
  }

  /// Flips a bit of a column, deletes a row or inserts one.
  ///
  /// Returns the table and what was done to it, or `nil` if the drawn change is not possible.
  func strike(_ random: inout SplitMix) throws -> (table: String, deed: String)? {
    let names = Self.tables.keys.sorted()
    let table = names[Int.random(in: names.indices, using: &random)]
    let rows = try database.rows(
      "SELECT rowid FROM \(table) WHERE \(Self.tables[table] ?? "1") ORDER BY rowid"
    ) { $0.integer(0) }
    guard !rows.isEmpty else { throw HarnessError("\(table) has no sealed row") }
    let row = rows[Int.random(in: rows.indices, using: &random)]
    switch Int.random(in: 0..<10, using: &random) {
    case 0:
      try database.run("DELETE FROM \(table) WHERE rowid = \(row)")
      return (table, "row \(row) taken out")
    case 1 where Self.open.contains(table):
      let columns = try columns(of: table).filter { $0 != "number" }.joined(separator: ", ")
      try database.run(
        "INSERT INTO \(table) (\(columns)) SELECT \(columns) FROM \(table) WHERE rowid = \(row)")
      return (table, "row \(row) put in again")
    default: return try flip(table, row, &random)
    }
  }

  private func columns(of table: String) throws -> [String] {
    try database.rows("SELECT name FROM pragma_table_info('\(table)') ORDER BY cid") {
      $0.text(0)
    }
  }

  private func flip(
    _ table: String, _ row: Int, _ random: inout SplitMix
  ) throws -> (table: String, deed: String)? {
    let columns = try columns(of: table)
    let column = columns[Int.random(in: columns.indices, using: &random)]
    let select = "SELECT \(column) FROM \(table) WHERE rowid = ?"
    let old = try #require(try database.rows(select, [.integer(row)]) { $0.value(0) }.first)
    let bit = Int.random(in: 0..<64, using: &random)
    var written: (sql: String, values: [DatabaseValue])
    switch old {
    case .null: return nil
    case .integer(let number): written = ("?", [.integer(number ^ (1 << bit))])
    case .real(let number):
      written = ("?", [.real(Double(bitPattern: number.bitPattern ^ (1 << UInt64(bit))))])
    case .text(let text):
      var bytes = Array(text.utf8)
      guard !bytes.isEmpty else { return nil }
      bytes[Int.random(in: bytes.indices, using: &random)] ^= 1 << UInt8(bit % 8)
      // As bytes: it may no longer be UTF-8.
      written = ("CAST(x'\(bytes.map { String(format: "%02x", $0) }.joined())' AS TEXT)", [])
    }
    do throws(DatabaseError) {
      try database.run(
        "UPDATE \(table) SET \(column) = \(written.sql) WHERE rowid = \(row)", written.values)
    } catch {
      // A duplicate number, or a missing value where one is required.
      return nil
    }
    let number = column == "number" ? written.values : [.integer(row)]
    let new = try database.rows(select, number) { $0.value(0) }.first
    // SQLite keeps neither the sign of a zero nor NaN.
    return new == old ? nil : (table, "bit \(bit) of \(column) in row \(row): \(old)")
  }
}
