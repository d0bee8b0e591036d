internal import Synchronization

/// The workspace of a classifier's last pass, kept for the next, because allocating one can take a
/// third of the time of classifying a few images.
///
/// At most one is kept. One that does not fit is freed before a new one is made, so that no more
/// memory is held than the passes need. Concurrent calls have one each; the last one returned is
/// kept.
final class SpareWorkspace: Sendable {
  private let spare = Mutex<Kept?>(nil)
  private let inference: Network
  private let gradients: Network
  private let threads: Int

  /// Takes a network for inference and one for gradients, which may be the same.
  init(inference: Network, gradients: Network, threads: Int) {
    (self.inference, self.gradients, self.threads) = (inference, gradients, threads)
  }

  /// Calls `body` with a workspace for at least `count` samples; `body` must not keep it.
  func lend<Result>(
    for purpose: Workspace.Purpose, count: Int, _ body: (Workspace) -> Result
  ) -> Result {
    let workspace = take(purpose, count) ?? make(purpose, count)
    defer { spare.withLock { $0 = Kept(workspace: workspace) } }
    return body(workspace)
  }

  /// Removes the kept workspace, and returns it if it fits.
  private func take(_ purpose: Workspace.Purpose, _ count: Int) -> Workspace? {
    let kept = spare.withLock { $0.take() }
    guard let workspace = kept?.workspace, workspace.capacity >= count, workspace.purpose == purpose
    else { return nil }
    return workspace
  }

  private func make(_ purpose: Workspace.Purpose, _ count: Int) -> Workspace {
    let network =
      switch purpose {
      case .inference: inference
      case .gradients: gradients
      }
    return Workspace(network, capacity: count, threads: threads, for: purpose)
  }

  // Sendable because it is taken out under the lock, and its user has exclusive access until it is
  // returned.
  private struct Kept: @unchecked Sendable {
    let workspace: Workspace
  }
}
