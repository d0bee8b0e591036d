import Imaging
import Synchronization
import Testing

@Suite struct ParallelTests {
  private struct Failure: Error, Equatable { let index: Int }

  private final class Tally: Sendable {
    let counts = Mutex([Int](repeating: 0, count: 200))
    let running = Mutex((now: 0, most: 0))
  }

  @Test(arguments: [0, 1, 2, 3, 16, 500])
  func resultsKeepTheirOrder(_ threads: Int) throws {
    let squares = try Parallel.map(200, threads: threads) { $0 * $0 }
    #expect(squares == (0..<200).map { $0 * $0 })
    #expect(try Parallel.map(0, threads: threads) { $0 } == [])
  }

  @Test(arguments: [1, 4])
  func eachIndexIsVisitedOnce(_ threads: Int) throws {
    let tally = Tally()
    try Parallel.forEach(200, threads: threads) { index in
      tally.running.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
      tally.counts.withLock { $0[index] += 1 }
      tally.running.withLock { $0.now -= 1 }
    }
    #expect(tally.counts.withLock { $0 } == [Int](repeating: 1, count: 200))
    #expect(tally.running.withLock { $0.most } <= threads)
  }

  @Test(arguments: [1, 2, 8])
  func failureWithTheLowestIndexIsThrown(_ threads: Int) {
    for _ in 0..<50 {
      let failure = #expect(throws: Failure.self) {
        try Parallel.forEach(100, threads: threads) { index in
          if index % 10 == 7 { throw Failure(index: index) }
        }
      }
      #expect(failure == Failure(index: 7))
    }
  }
}
