import Synchronization
import Testing

@testable import Neural

@Suite struct TilePoolTests {
  @Test(arguments: [1, 2, 3, 16]) func everyTileRunsOnceOnOneWorker(threads: Int) {
    let tiles = 500
    let seen = Mutex([Int](repeating: 0, count: tiles))
    let busy = Mutex(Set<Int>())
    TilePool(threads: threads).run(tiles) { tile, worker in
      #expect(busy.withLock { $0.insert(worker).inserted } && worker < threads)
      seen.withLock { $0[tile] += 1 }
      busy.withLock { _ = $0.remove(worker) }
    }
    #expect(seen.withLock { $0.allSatisfy { $0 == 1 } })
  }

  @Test func rangesCoverTheCount() {
    let seen = Mutex<[Range<Int>]>([])
    TilePool(threads: 2).run(10, by: 4) { range, _ in seen.withLock { $0.append(range) } }
    #expect(
      seen.withLock { $0.sorted { $0.lowerBound < $1.lowerBound } } == [0..<4, 4..<8, 8..<10])
    TilePool(threads: 2).run(0, by: 4) { _, _ in Issue.record("there is nothing to do") }
  }
}
