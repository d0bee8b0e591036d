import Foundation
import TestSupport
import Testing

/// A short run of `fault-harness`; `make faults` is the long one.
///
/// A test that fails prints a seed and the command that repeats that one fault.
@Suite(.serialized) struct FaultTests {
  /// Runs some trials of one kind.
  private func hold(
    _ kind: String, _ count: Int, _ options: [String] = []
  ) throws {
    let folder = URL(fileURLWithPath: SpawnedProgram.executable("assay"))
      .deletingLastPathComponent().path
    let ending = try SpawnedProgram(
      [kind, "--count", String(count)] + options, in: "/", program: folder + "/fault-harness"
    ).wait()
    #expect(ending.exit == 0, "\(ending.text)")
    #expect(ending.output.contains("\(kind): \(count) tried"), "\(ending.text)")
  }

  @Test func killedAtAnyMoment() throws { try hold("kills", 16) }

  @Test func twoRunsAtOnceAreKilled() throws { try hold("pairs", 10) }

  @Test func collectionsAndRunsAreKilled() throws { try hold("collections", 8) }

  @Test func killedBeforeASystemCall() throws { try hold("points", 12) }

  @Test func powerFails() throws { try hold("power", 6) }

  @Test func systemCallsFail() throws { try hold("errors", 12) }

  @Test func bytesFlip() throws { try hold("bytes", 9) }

  @Test func clockIsWrong() throws { try hold("clock", 3) }

  @Test(.enabled(if: SmallDisk.isPossible, "a small disk can only be mounted as root"))
  func diskIsFull() throws { try hold("disk", 4) }

  /// A disk of 211 KiB, on which SQLite reports only an input or output error.
  @Test(.enabled(if: SmallDisk.isPossible, "a small disk can only be mounted as root"))
  func diskIsFullForTheRecord() throws {
    try hold("disk", 1, ["--seed", "274122542", "--from", "1"])
  }
}
