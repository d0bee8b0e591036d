internal import Dispatch
internal import Foundation

/// Removes the folders of attempts whose results are published, in the background.
///
/// Only the end of the run waits for it: on some disks, removing a folder takes longer than
/// everything else the coordinator does for a stage. What is left after a crash is swept by `gc`.
struct ScratchSweeper {
  private let queue = DispatchQueue(label: "assay.scratch", qos: .utility)

  /// Removes a folder and its content in the background; errors are ignored.
  func remove(_ folder: String) {
    queue.async { try? FileManager.default.removeItem(atPath: folder) }
  }

  /// Waits until all requested removals are done.
  func finish() { queue.sync {} }
}
