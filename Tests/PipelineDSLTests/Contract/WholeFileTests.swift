import Foundation
import PipelineDSL
import TestSupport
import Testing

@Suite struct WholeFileTests {
  @Test func sequencesAreWrittenInOrderAndReplaceTheFile() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/file"
    try writeWholeFile([UInt8](repeating: 7, count: 100), to: path)
    try writeWholeFile([1, 2], [], [3], to: path)
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data([1, 2, 3]))
    try writeWholeFile(to: path)
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)).isEmpty)
  }

  @Test func failuresReportTheSystemsReason() throws {
    let folder = try TemporaryFolder()
    func problem(_ path: String) -> String? {
      do throws(WriteError) { try writeWholeFile([1], to: path) } catch { return "\(error)" }
      return nil
    }
    #expect(problem(folder.path + "/none/file") == "No such file or directory")
    #expect(problem(folder.path) == "Is a directory")
    #expect(problem("/dev/full") == "No space left on device")
  }
}
