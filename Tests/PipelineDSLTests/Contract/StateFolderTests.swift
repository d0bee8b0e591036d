import Foundation
import PipelineDSL
import TestSupport
import Testing

@Suite struct StateFolderTests {
  @Test func publishedBytesAreReadAndReplaced() throws {
    let folder = try TemporaryFolder()
    let state = StateFolder(folder.path + "/deep/state")
    #expect(state.read("checkpoint") == nil)
    try state.publish([1, 2, 3], as: "checkpoint")
    #expect(state.read("checkpoint") == [1, 2, 3])
    try state.publish([], as: "checkpoint")
    try state.publish([9], as: "other")
    #expect(state.read("checkpoint") == [] && state.read("other") == [9])
    // No partial files are left.
    let names = try FileManager.default.contentsOfDirectory(atPath: state.path)
    #expect(names.sorted() == ["checkpoint", "other"])
  }

  @Test func damagedFilesReadAsAbsent() throws {
    let folder = try TemporaryFolder()
    let state = StateFolder(folder.path + "/state")
    #expect(!state.contains("checkpoint"))
    try state.publish([1, 2, 3], as: "checkpoint")
    let url = URL(fileURLWithPath: state.path + "/checkpoint")
    let whole = try Data(contentsOf: url)
    for place in whole.indices {
      var bytes = whole
      bytes[place] ^= 4
      try bytes.write(to: url)
      #expect(state.read("checkpoint") == nil)
    }
    for length in [0, 2, whole.count - 1] {
      try whole.prefix(length).write(to: url)
      #expect(state.read("checkpoint") == nil)
    }
    #expect(state.contains("checkpoint"))
    try state.publish([4], as: "checkpoint")
    #expect(state.read("checkpoint") == [4])
  }

  @Test func failuresNameThePath() throws {
    let folder = try TemporaryFolder()
    try folder.write("state", "in the way")
    let failure = #expect(throws: StageError.self) {
      try StateFolder(folder.path + "/state").publish([1], as: "checkpoint")
    }
    #expect(failure?.reason.hasPrefix(folder.path + "/state: cannot be created: ") == true)
    // A folder at the file's path cannot be replaced, and its content stays.
    try FileManager.default.createDirectory(
      atPath: folder.path + "/s/checkpoint/x", withIntermediateDirectories: true)
    let refused = #expect(throws: StageError.self) {
      try StateFolder(folder.path + "/s").publish([1], as: "checkpoint")
    }
    #expect(refused?.reason.contains("cannot be put in place") == true)
    #expect(FileManager.default.fileExists(atPath: folder.path + "/s/checkpoint/x"))
  }
}
