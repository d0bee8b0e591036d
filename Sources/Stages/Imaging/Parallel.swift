internal import Foundation
internal import Synchronization

/// Loops over several threads, with results that do not depend on the number of threads.
public enum Parallel {
  /// Calls `body` once for each of `0..<count`, on at most `threads` threads at a time.
  ///
  /// Throws the error of the lowest failing index; indices above it may be skipped.
  public static func forEach(
    _ count: Int, threads: Int, _ body: @Sendable (Int) throws -> Void
  ) throws {
    let helpers = min(threads, count) - 1
    guard helpers > 0 else {
      for index in 0..<max(count, 0) { try body(index) }
      return
    }
    let work = SharedWork(count: count)
    let done = DispatchGroup()
    withoutActuallyEscaping(body) { body in
      work.body.withLock { $0 = body }
      for _ in 0..<helpers {
        done.enter()
        // Dedicated threads: Dispatch's pool is limited by the cores and may be occupied by others.
        Thread {
          work.run()
          done.leave()
        }.start()
      }
      work.run()
      done.wait()
      // A thread may briefly outlive its work, and must not retain the body then.
      work.body.withLock { $0 = nil }
    }
    if let failure = work.failure { throw failure }
  }

  /// The results of `transform` for `0..<count`, in that order; otherwise as `forEach`.
  public static func map<T: Sendable>(
    _ count: Int, threads: Int, _ transform: @Sendable (Int) throws -> T
  ) throws -> [T] {
    let results = SharedResults<T>(count: count)
    try forEach(count, threads: threads) { index in
      let value = try transform(index)
      results.values.withLock { $0[index] = value }
    }
    return results.values.withLock { $0.compactMap { $0 } }
  }
}

/// The next index to process, and the failure with the lowest index.
///
/// Indices are handed out in order, so that all indices below a failed one are always processed:
/// the final failure does not depend on timing.
private final class SharedWork: Sendable {
  private struct State {
    var next = 0
    var failure: (index: Int, error: any Error)?
  }

  private let count: Int
  private let state = Mutex(State())
  /// The work for each index, set only while the loop runs.
  let body = Mutex<(@Sendable (Int) throws -> Void)?>(nil)

  init(count: Int) { self.count = count }

  var failure: (any Error)? { state.withLock { $0.failure?.error } }

  /// Processes indices until none is left; retains the body no longer than that.
  @inline(never)
  func run() {
    guard let body = body.withLock({ $0 }) else { return }
    while let index = take() {
      do {
        try body(index)
      } catch {
        state.withLock { state in
          if let known = state.failure, known.index < index { return }
          state.failure = (index, error)
        }
      }
    }
  }

  private func take() -> Int? {
    state.withLock { state in
      guard state.failure == nil, state.next < count else { return nil }
      defer { state.next += 1 }
      return state.next
    }
  }
}

private final class SharedResults<T: Sendable>: Sendable {
  let values: Mutex<[T?]>

  init(count: Int) { values = Mutex([T?](repeating: nil, count: max(count, 0))) }
}
