internal import Dispatch
internal import Foundation

/// Removes the folders of attempts whose results are published, behind the coordinator's back.
///
/// Nothing waits for it but the end of the run: on some disks taking a folder away lasts longer than
/// all else the coordinator does for a stage. What is left after a crash is swept by `gc`.
struct ScratchSweeper {
  private let queue = DispatchQueue(label: "assay.scratch", qos: .utility)

  /// Removes a folder and all below it, some time soon and as far as that is possible.
  func remove(_ folder: String) {
    queue.async { try? FileManager.default.removeItem(atPath: folder) }
  }

  /// Waits until everything asked for is done.
  func finish() { queue.sync {} }
}
