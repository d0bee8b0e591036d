import Testing

@testable import Stages

@Suite struct ProgramSearchTests {
  private let harness: StageHarness
  private let root: String

  init() throws {
    harness = try StageHarness()
    root = try harness.write(
      [("b.py", []), ("a.py", []), ("c.txt", []), ("lib/deep/d.py", [])], under: "code")
  }

  @Test func findsProgramsAsAShellDoes() {
    #expect(ProgramSearch.executable("sh", along: "/nowhere:/bin") == "/bin/sh")
    #expect(ProgramSearch.executable("/bin/sh", along: "") == "/bin/sh")
    #expect(ProgramSearch.executable("sh", along: "/nowhere") == nil)
    #expect(ProgramSearch.executable(root + "/a.py", along: "") == nil, "not executable")
    #expect(ProgramSearch.executable("/bin", along: "") == nil, "a folder")
    #expect(ProgramSearch.nearest(to: "dirnam", along: "/usr/bin") == "dirname")
  }

  @Test func globsReturnSortedFilesAndWholeFolders() {
    #expect(ProgramSearch.files(matching: root + "/*.py") == [root + "/a.py", root + "/b.py"])
    #expect(ProgramSearch.files(matching: root + "/l*") == [root + "/lib/deep/d.py"])
    #expect(ProgramSearch.files(matching: root + "/*.none") == [])
  }
}
