import Foundation
import PipelineDSL

/// A small disk that becomes full, and later has room.
enum DiskTrial: Trial {
  static let name = "disk"
  static let summary = "the store and the record of one or two runs are on a disk that is too small"

  /// Whether this process may mount disks in a mount namespace of its own.
  static var isPossible: Bool {
    (try? command("unshare", "-m", "--propagation", "private", "true")) != nil
  }

  static func run(
    _ number: Int, _ subject: Subject, _ laboratory: Laboratory,
    _ draws: inout RandomStream
  ) throws -> String {
    let own = try Subject(executable: laboratory.executable, results: "disk")
    defer { own.remove() }
    let disk = own.folder + "/disk"
    try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: true)
    let size = 16 + draws.below(1000)
    try command("mount", "-t", "tmpfs", "-o", "size=\(size)k", "none", disk)
    defer { try? command("umount", "-l", disk) }
    do {
      // In every other trial, two runs share the disk, and with it its leases.
      let runs = try (0...(number + 1) % 2).map { _ in
        try own.start(store: "disk/store", ["-j", draws.pick(["1", "2"])])
      }
      let endings = try runs.map { try $0.wait() }
      for ending in endings {
        try require([0, 1].contains(ending.exit), "it ended with \(ending.exit):\n\(ending.text)")
        let isNamed = ["No space left on device", "disk is full"].contains {
          ending.text.contains($0)
        }
        try require(ending.exit == 0 || isNamed, "the full disk is not named:\n\(ending.text)")
      }
      try command("mount", "-o", "remount,size=64m", disk)
      try own.expectRecovery(
        laboratory.reference, in: "disk/store", done: Set(endings.flatMap(\.done)))
      let size = endings.allSatisfy { $0.exit == 0 } ? "large enough" : "full"
      return endings.count == 1 ? size : "two runs, \(size)"
    } catch {
      throw FaultHarnessError("a disk of \(size) KiB: \(error)")
    }
  }

  private static func command(_ words: String...) throws {
    let ending = try SubjectProcess(words, in: "/").wait()
    try require(ending.exit == 0, "\(words.joined(separator: " ")): \(ending.text)")
  }
}
