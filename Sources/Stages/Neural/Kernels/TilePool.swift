internal import Synchronization

/// Distributes tiles of work over a bounded number of threads.
///
/// Which thread takes which tile is not deterministic. So a tile's size must not depend on the
/// number of threads, and the sums of tiles must be added in tile order afterwards.
struct TilePool: Sendable {
  /// The maximum number of threads, at least 1.
  let threads: Int
  private let crew: TileCrew?

  init(threads: Int) {
    self.threads = max(1, threads)
    crew = threads > 1 ? TileCrew(threads: threads - 1) : nil
  }

  /// Calls `body` once for every tile in 0..<tiles.
  ///
  /// `worker` is less than `threads`, and never the same in two concurrent calls.
  func run(_ tiles: Int, _ body: (_ tile: Int, _ worker: Int) -> Void) {
    guard let crew, tiles > 1 else {
      for tile in 0..<tiles { body(tile, 0) }
      return
    }
    let next = Atomic<Int>(0)
    withoutActuallyEscaping(body) { body in
      // Kernels share memory through pointers, which cannot be Sendable; tiles never write to the
      // same place, and no call outlives this one.
      nonisolated(unsafe) let body = body
      crew.run { worker in
        while true {
          let tile = next.wrappingAdd(1, ordering: .relaxed).oldValue
          guard tile < tiles else { return }
          body(tile, worker)
        }
      }
    }
  }

  /// Calls `body` while the threads stay awake between pieces of work.
  func whileAwake<Result>(_ body: () throws -> Result) rethrows -> Result {
    guard let crew else { return try body() }
    crew.hold()
    defer { crew.release() }
    return try body()
  }

  /// Calls `body` for ranges of at most `size` elements that cover 0..<count.
  func run(_ count: Int, by size: Int, _ body: (_ range: Range<Int>, _ worker: Int) -> Void) {
    run((count + size - 1) / size) { tile, worker in
      body(tile * size..<min(count, (tile + 1) * size), worker)
    }
  }
}
