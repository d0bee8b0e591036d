internal import Synchronization

/// Memory for passes over a number of samples.
protocol PassMemory: AnyObject {
  /// The maximum number of samples per pass.
  var capacity: Int { get }
}

extension Workspace: PassMemory {}
extension InferenceWorkspace: PassMemory {}

/// The workspace of the last pass, kept for the next, because allocating one can take a third of the
/// time of classifying a few images.
///
/// At most one is kept. One that does not fit is freed before a new one is made, so that no more
/// memory is held than the passes need. Concurrent calls have one each; the last one returned is
/// kept.
final class SpareWorkspace<Memory: PassMemory>: Sendable {
  private let spare = Mutex<Kept?>(nil)
  private let make: @Sendable (_ capacity: Int) -> Memory

  /// `make` allocates a workspace.
  init(_ make: @escaping @Sendable (_ capacity: Int) -> Memory) { self.make = make }

  /// Calls `body` with a workspace for at least `count` samples; `body` must not keep it.
  func lend<Result>(count: Int, _ body: (Memory) -> Result) -> Result {
    let workspace = take(count) ?? make(count)
    defer { spare.withLock { $0 = Kept(workspace: workspace) } }
    return body(workspace)
  }

  /// Removes the kept workspace, and returns it if it fits.
  private func take(_ count: Int) -> Memory? {
    let kept = spare.withLock { $0.take() }
    guard let workspace = kept?.workspace, workspace.capacity >= count else { return nil }
    return workspace
  }

  // Sendable because it is taken out under the lock, and its user has exclusive access until it is
  // returned.
  private struct Kept: @unchecked Sendable {
    let workspace: Memory
  }
}
