import Foundation
import Testing

@testable import Neural

/// Rows of a file that is reopened, damaged, and opened twice.
@Suite struct RowFileTests {
  private let path = NSTemporaryDirectory() + "rows-\(UUID().uuidString)"

  private func row(_ number: Int) -> [Float] { (0..<7).map { Float(number * 10 + $0) / 3 } }

  private func file(limit: Int = 1 << 20) throws -> RowFile {
    try RowFile(path, rowLength: 7, limit: limit)
  }

  private func filled(_ numbers: [Int]) throws {
    let file = try file()
    for number in numbers { file.keep(row(number), as: number) }
  }

  @Test func rowsAreFoundAgain() throws {
    defer { unlink(path) }
    try filled([5, -3, 900])
    let again = try file()
    #expect(again.rows == 3)
    for number in [5, -3, 900] { #expect(again.row(number) == row(number)) }
    #expect(again.row(6) == nil)
    again.keep(row(6), as: 6)
    #expect(again.row(6) == row(6))
  }

  @Test func damagedAndTruncatedRowsAreMissing() throws {
    defer { unlink(path) }
    let size = RowFile.bytes(rows: 1, rowLength: 7)
    for bit in stride(from: 0, to: size * 8, by: 7) {
      try filled([1, 2])
      var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
      #expect(bytes.count == 2 * size)
      bytes[bit / 8] ^= 1 << (bit % 8)
      try Data(bytes.dropLast()).write(to: URL(fileURLWithPath: path))
      let file = try file()
      // The first is damaged, the second truncated.
      #expect(file.row(1) == nil && file.row(2) == nil, "bit \(bit)")
      file.keep(row(1), as: 1)
      #expect(file.row(1) == row(1))
      unlink(path)
    }
  }

  @Test func secondUserKeepsItsOwnRows() throws {
    defer { unlink(path) }
    let first = try file()
    first.keep(row(1), as: 1)
    do {
      let second = try file()
      #expect(second.rows == 0)
      second.keep(row(2), as: 2)
      #expect(second.row(2) == row(2) && first.row(2) == nil)
    }
    let beside = try FileManager.default.contentsOfDirectory(atPath: NSTemporaryDirectory())
    let name = URL(fileURLWithPath: path).lastPathComponent
    #expect(beside.filter { $0.hasPrefix(name) } == [name])
  }

  @Test func rowsBeyondTheLimitAreNotKept() throws {
    defer { unlink(path) }
    let file = try file(limit: RowFile.bytes(rows: 2, rowLength: 7) + 5)
    for number in 0..<4 { file.keep(row(number), as: number) }
    #expect(file.rows == 2 && file.row(1) == row(1) && file.row(2) == nil)
    let none = try RowFile(nil, rowLength: 7, limit: 1 << 20)
    none.keep(row(1), as: 1)
    #expect(none.rows == 0 && none.row(1) == nil)
  }

  @Test func shortRowsArePaddedAndLongRowsNotKept() throws {
    defer { unlink(path) }
    let file = try file()
    file.keep([1, 2], as: 1)
    file.keep([Float](repeating: 1, count: 8), as: 2)
    #expect(file.row(1) == [1, 2, 0, 0, 0, 0, 0] && file.row(2) == nil)
  }
}
