import Testing

@testable import Store

struct RowMarksTests {
  private func rows(_ lines: [(String, Int)]) -> [SealedRow] {
    lines.map { SealedRow(table: $0.0, number: $0.1, line: "[\"\($0.0)\",\($0.1)]\n") }
  }

  @Test func marksRoundTrip() throws {
    let marks = RowMarks(rows([("run", 1), ("metric", 1), ("metric", 2)]))
    #expect(RowMarks(text: marks.text) == marks)
    let lines = marks.text.split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines[1].count == "metric ".count + 16 && lines[2].count == 64)
  }

  @Test func changedMarksAreRejected() {
    let text = Array(RowMarks(rows([("run", 1), ("metric", 1)])).text.utf8)
    for index in text.indices {
      for bit in 0..<7 {
        var changed = text
        changed[index] ^= 1 << bit
        #expect(RowMarks(text: String(decoding: changed, as: UTF8.self)) == nil)
      }
    }
  }

  @Test func locatesChangedRows() {
    let old = rows([("run", 1), ("metric", 1), ("metric", 2), ("metric", 3)])
    let marks = RowMarks(old)
    #expect(marks.changes(to: old) == [])
    var changed = old
    changed[2] = SealedRow(table: "metric", number: 2, line: "other\n")
    #expect(
      marks.changes(to: changed) == [
        RecordProblem(table: "metric", row: 2, expected: "the row that was sealed", found: "other")
      ])
    changed = old
    changed.remove(at: 1)
    #expect(marks.changes(to: changed).map(\.row) == [2])
    #expect(marks.changes(to: changed)[0].expected == "3 rows")
    #expect(marks.changes(to: changed)[0].found == "2, first difference: [\"metric\",2]")
    #expect(marks.changes(to: Array(old.dropLast()))[0].row == nil)
    let more = old + rows([("metric", 9), ("event", 1)])
    #expect(marks.changes(to: more).map(\.table) == ["metric", "event"])
    #expect(marks.changes(to: more).map(\.row) == [9, 1])
    #expect(marks.changes(to: []).map(\.found) == ["0", "0"])
  }
}
