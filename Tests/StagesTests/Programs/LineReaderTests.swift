import Testing

@testable import Stages

@Suite struct LineReaderTests {
  private func lines(_ pieces: [String]) -> [String] {
    var reader = LineReader(descriptor: -1)
    var lines: [String] = []
    for piece in pieces { reader.take(piece.utf8) { lines.append($0) } }
    reader.flush { lines.append($0) }
    return lines
  }

  @Test func joinsPiecesAndSplitsLines() {
    #expect(lines(["a", "b\nc\r\n", "\n", "d"]) == ["ab", "c", "", "d"])
    #expect(lines(["a\n"]) == ["a"])
    #expect(lines([]) == [])
  }

  @Test func longLinesAreSplit() {
    let text = String(repeating: "x", count: 2 * LineReader.longest + 5)
    #expect(lines([text]).map(\.count) == [LineReader.longest, LineReader.longest, 5])
  }
}
