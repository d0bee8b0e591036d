internal import Synchronization

/// The workspace of a classifier's last pass, kept for its next: making one may take a third of the time of
/// judging a few images with it.
///
/// One is kept at most, and let go of before one that will do is made in its place, so that no more memory is held
/// than the passes need. Calls at the same time have one each; that of the last to end is kept.
final class SpareWorkspace: Sendable {
  private let spare = Mutex<Kept?>(nil)
  private let inference: Network
  private let gradients: Network
  private let threads: Int

  /// For a network that judges and one that gives gradients, which may be the same.
  init(inference: Network, gradients: Network, threads: Int) {
    (self.inference, self.gradients, self.threads) = (inference, gradients, threads)
  }

  /// Calls `body` with a workspace for `count` samples or more, which it must not keep.
  func lend<Result>(
    for purpose: Workspace.Purpose, count: Int, _ body: (Workspace) -> Result
  ) -> Result {
    let workspace = take(purpose, count) ?? make(purpose, count)
    defer { spare.withLock { $0 = Kept(workspace: workspace) } }
    return body(workspace)
  }

  /// The one that is kept, if it will do; it is kept no longer.
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

  // Sendable as it is taken out under the lock, and whoever it is lent to has it alone until it comes back.
  private struct Kept: @unchecked Sendable {
    let workspace: Workspace
  }
}
