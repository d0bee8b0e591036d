import Foundation
import Testing

@testable import PipelineDSL

@Suite struct PartFilesTests {
  @Test(arguments: [
    ("g.json", "p.json", "g.json"), ("g.json", "a/p.json", "a/g.json"),
    ("../g.json", "a/p.json", "g.json"), ("../g.json", "p.json", "../g.json"),
    ("../../g.json", "a/p.json", "../g.json"), ("./b/./g.json", "./a/p.json", "a/b/g.json"),
    ("../g.json", "/a/p.json", "/g.json"), ("../../g.json", "/a/p.json", "/g.json"),
    ("b//g.json", "/p.json", "/b/g.json"), ("../b/g.json", "../p.json", "../../b/g.json"),
  ])
  func pathsAreRelativeToAFolder(_ written: String, _ file: String, _ path: String) {
    #expect(PartPath.resolve(written, from: file) == path)
  }

  @Test(arguments: ["", "/g.json", "a/", "a\u{0}b", "a\nb"])
  func otherPathsAreRefused(_ written: String) {
    #expect(PartPath.resolve(written, from: "p.json") == nil)
  }

  @Test func regularFilesAreRead() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("assay-parts-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data("{}".utf8).write(to: folder.appendingPathComponent("g.json"))
    #expect(try PartFiles.disk.read(folder.path + "/g.json") == Array("{}".utf8))
    func reason(_ path: String) -> String? {
      #expect(throws: PartFileError.self) { try PartFiles.disk.read(path) }?.description
    }
    #expect(reason(folder.path + "/h.json") == "No such file or directory")
    #expect(reason(folder.path) == "not a regular file")
    #expect(reason("/dev/zero") == "not a regular file")
    let pipe = folder.path + "/pipe"
    #expect(mkfifo(pipe, 0o600) == 0)
    #expect(reason(pipe) == "not a regular file")
    let large = folder.path + "/large"
    #expect(FileManager.default.createFile(atPath: large, contents: nil))
    #expect(truncate(large, 17 << 20) == 0)
    #expect(reason(large) == "larger than 16 MiB")
    #expect(throws: PartFileError.self) { try PartFiles.none.read("g.json") }
  }
}
