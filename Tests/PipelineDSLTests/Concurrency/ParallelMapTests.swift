import Synchronization
import Testing

@testable import PipelineDSL

struct ParallelMapTests {
  @Test(arguments: [0, 1, 2, 7, 1000, 5003], [1, 2, 5])
  func keepsOrder(count: Int, threads: Int) {
    #expect(ParallelMap.run(count, threads: threads) { $0 * $0 } == (0..<count).map { $0 * $0 })
  }

  @Test func callsEachIndexOnce() {
    let calls = Counter()
    _ = ParallelMap.run(10_000, threads: 4) { _ in calls.count.add(1, ordering: .relaxed) }
    #expect(calls.count.load(ordering: .relaxed) == 10_000)
  }

  private final class Counter: Sendable { let count = Atomic(0) }
}
