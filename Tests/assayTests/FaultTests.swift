import Foundation
import Testing

/// A short run of `fault-harness`; `make faults` is the long one.
///
/// Each test prints a seed where it fails, and the command that repeats that one fault.
@Suite(.serialized) struct FaultTests {
  /// Runs some trials of one kind.
  private func hold(
    _ kind: String, _ count: Int, _ options: [String] = [], limit: Double = 240
  ) throws {
    let folder = URL(fileURLWithPath: AssayProcess.executable).deletingLastPathComponent().path
    let ending = try AssayProcess(
      [kind, "--count", String(count)] + options, in: "/", program: folder + "/fault-harness"
    ).wait(seconds: limit)
    #expect(ending.exit == 0, "\(ending.text)")
    #expect(ending.output.contains("\(kind): \(count) tried"), "\(ending.text)")
  }

  @Test func killedAtAnyMoment() throws { try hold("kills", 16) }

  @Test func killedInFrontOfASystemCall() throws { try hold("points", 12) }

  @Test func powerGoes() throws { try hold("power", 6) }

  @Test func systemCallsFail() throws { try hold("errors", 12) }

  @Test func bytesFlip() throws { try hold("bytes", 9) }

  @Test func theClockIsWrong() throws { try hold("clock", 3) }

  @Test(.enabled(if: SmallDisk.isPossible, "a small disk can only be mounted as root"))
  func theDiskIsFull() throws { try hold("disk", 4) }

  /// Of 211 KiB, where SQLite says no more than that input or output failed.
  @Test(.enabled(if: SmallDisk.isPossible, "a small disk can only be mounted as root"))
  func theDiskIsFullForTheRecord() throws {
    try hold("disk", 1, ["--seed", "274122542", "--from", "1"])
  }
}
