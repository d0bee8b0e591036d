import Foundation
import Store
import TestSupport
import Testing

/// A small disk mounted on a folder; requires root.
final class SmallDisk {
  private let folder: String

  init(_ folder: String, kibibytes: Int) throws {
    self.folder = folder
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try Self.command("mount", "-t", "tmpfs", "-o", "size=\(kibibytes)k", "none", folder)
  }

  /// Unmounts the disk and discards its content.
  func unmount() { try? Self.command("umount", "-l", folder) }

  /// Enlarges the disk.
  func grow(kibibytes: Int) throws {
    try Self.command("mount", "-o", "remount,size=\(kibibytes)k", folder)
  }

  /// Whether the tests can mount a disk on this system.
  static let isPossible: Bool = {
    let folder = FileManager.default.temporaryDirectory.path + "/assay-disk-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: folder) }
    guard let disk = try? SmallDisk(folder, kibibytes: 64) else { return false }
    disk.unmount()
    return true
  }()

  private static func command(_ words: String...) throws {
    let ending = try SpawnedProgram(
      ["-c", "exec \"$@\"", "sh"] + words, in: "/", program: "/bin/sh"
    ).wait()
    guard ending.exit == 0 else { throw HarnessError("\(words): \(ending.text)") }
  }
}

/// A disk that fills up: the error is clear, and the run continues once there is space.
@Suite(.enabled(if: SmallDisk.isPossible, "a small disk can only be mounted as root"))
struct FullDiskTests {
  @Test func diskFullDuringTrainingLosesNothing() throws {
    let project = try TrainingProject.make()
    try project.write("", to: "go")
    // Enough for the data and the record, too little for the checkpoints of training.
    let disk = try SmallDisk(project.path(project.results), kibibytes: 1800)
    defer { disk.unmount() }
    let ending = try project.run("--jobs", "1")
    #expect(ending.exit == 1)
    #expect(ending.output.contains("failed    model"), "\(ending.text)")
    #expect(ending.text.contains("No space left on device"), "\(ending.text)")
    try disk.grow(kibibytes: 65_536)
    let again = try project.run("--jobs", "1")
    #expect(again.exit == 0, "\(again.text)")
    let statuses = try project.statuses()
    #expect(statuses["source"] == .hit)
    #expect(statuses["split"] == .hit)
    #expect(statuses["model"] == .executed)
    #expect(try project.digests() == TrainingProject.undisturbed())
  }

  @Test(arguments: [0, 16, 64, 128, 192])
  func fullDiskIsAnError(_ kibibytes: Int) throws {
    let project = try TrainingProject.make()
    let disk = try SmallDisk(project.path(project.results), kibibytes: 2048)
    defer { disk.unmount() }
    try project.write(
      [UInt8](repeating: 1, count: (2048 - kibibytes) * 1024), to: "\(project.results)/filler")
    let ending = try project.run("split", "--jobs", "1")
    #expect(ending.exit == 1, "\(ending.text)")
    let said = ["No space left on device", "the disk is full"].contains(where: ending.text.contains)
    #expect(said, "\(ending.text)")
    try FileManager.default.removeItem(atPath: project.path("\(project.results)/filler"))
    try disk.grow(kibibytes: 65_536)
    #expect(try project.run("split").exit == 0)
  }
}
