import Foundation
import Testing

@testable import Execution

@Suite struct ScratchSweeperTests {
  @Test func removesFoldersAndIgnoresMissingOnes() throws {
    let root = NSTemporaryDirectory() + "assay-sweeper-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: root) }
    let folders = (0..<50).map { "\(root)/\($0)" }
    for folder in folders {
      try FileManager.default.createDirectory(
        atPath: folder + "/outputs/files", withIntermediateDirectories: true)
      try Data("x".utf8).write(to: URL(fileURLWithPath: folder + "/outputs/files/f"))
    }
    let sweeper = ScratchSweeper()
    sweeper.remove(root + "/none")
    for folder in folders.dropLast() { sweeper.remove(folder) }
    sweeper.finish()
    #expect(try FileManager.default.contentsOfDirectory(atPath: root) == ["49"])
  }
}
