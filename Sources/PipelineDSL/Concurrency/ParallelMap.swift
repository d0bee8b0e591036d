internal import Dispatch
internal import Synchronization

/// Maps indices to values on several threads, and keeps their order.
public enum ParallelMap {
  /// The results for 0 up to a count; the closure is called on any of the threads.
  ///
  /// `chunk` is the number of indices that a thread takes at a time; 1 suits work of very different
  /// sizes.
  public static func run<Value: Sendable>(
    _ count: Int, threads: Int, chunk: Int? = nil, _ body: @Sendable (Int) -> Value
  ) -> [Value] {
    let workers = max(1, min(threads, count))
    guard workers > 1 else { return (0..<count).map(body) }
    // Small enough that no thread waits long for another, large enough that taking one is cheap.
    let chunk = chunk ?? max(1, min(256, count / (workers * 8)))
    let shared = Shared<Value>()
    DispatchQueue.concurrentPerform(iterations: workers) { _ in
      while true {
        let start = shared.next.add(chunk, ordering: .relaxed).oldValue
        guard start < count else { return }
        let part = (start..<min(start + chunk, count)).map(body)
        shared.parts.withLock { $0.append((start, part)) }
      }
    }
    return shared.parts.withLock { $0 }.sorted { $0.start < $1.start }.flatMap(\.values)
  }

  private final class Shared<Value: Sendable>: Sendable {
    let next = Atomic(0)
    let parts = Mutex<[(start: Int, values: [Value])]>([])
  }
}
