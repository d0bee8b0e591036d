import Foundation
import Testing

/// A short run of `fault-harness`; `make faults` is the long one.
///
/// Each test prints a seed where it fails, and the command that repeats that one fault.
@Suite struct FaultTests {
  /// Runs some trials of one kind.
  private func hold(_ kind: String, _ count: Int, limit: Double = 240) throws {
    let folder = URL(fileURLWithPath: AssayProcess.executable).deletingLastPathComponent().path
    let ending = try AssayProcess(
      [kind, "--count", String(count)], in: "/", program: folder + "/fault-harness"
    ).wait(seconds: limit)
    #expect(ending.exit == 0, "\(ending.text)")
    #expect(ending.output.contains("\(kind): \(count) tried"), "\(ending.text)")
  }

  @Test func killedAtAnyMoment() throws { try hold("kills", 24) }

  @Test func killedInFrontOfASystemCall() throws { try hold("points", 24) }

  @Test func powerGoes() throws { try hold("power", 16) }

  @Test func systemCallsFail() throws { try hold("errors", 24) }

  @Test func bytesFlip() throws { try hold("bytes", 18) }

  @Test func theClockIsWrong() throws { try hold("clock", 7) }

  @Test(.enabled(if: SmallDisk.isPossible, "a small disk can only be mounted as root"))
  func theDiskIsFull() throws { try hold("disk", 6) }
}
