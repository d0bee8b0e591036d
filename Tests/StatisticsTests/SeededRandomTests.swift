import Testing

@testable import Statistics

@Suite struct SeededRandomTests {
  @Test("numbers are those of the authors' code")
  func agreesWithReference() throws {
    var stream = SeededRandom(seed: 17, stream: 3)
    let numbers = (0..<5).map { _ in String(stream.next()) }
    #expect(try numbers == EvaluationNumbers.load().random)
  }

  @Test("streams of one seed differ, and shares are even")
  func streamsDiffer() {
    var counts = [Int](repeating: 0, count: 7)
    for number in 0..<70 {
      var stream = SeededRandom(seed: 1, stream: UInt64(number))
      for _ in 0..<100 { counts[stream.below(7)] += 1 }
    }
    // Five standard deviations around 1,000.
    #expect(counts.allSatisfy { abs($0 - 1000) < 147 })
    var (first, second) = (SeededRandom(seed: 1), SeededRandom(seed: 1, stream: 1))
    #expect(first.next() != second.next())
    #expect((0..<100).allSatisfy { _ in (0..<1).contains(first.uniform()) })
  }
}
