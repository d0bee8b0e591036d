import Foundation
import TestSupport
import Testing

@testable import assay

/// The program says honestly which build it is.
@Suite struct AssayVersionTests {
  @Test func plainBuildIsMarkedAsOne() throws {
    let ending = try SpawnedProgram(["--version"], in: Repository.path("")).wait()
    #expect(ending.exit == 0)
    #expect(ending.output == "assay \(AssayVersion.number)-dev\n")
  }

  @Test func packageNamesCommitAndDate() {
    #expect(
      AssayVersion.line(text: "1.2.3", commit: "0123456789ab", date: "2026-11-29")
        == "assay 1.2.3 (commit 0123456789ab, 2026-11-29)")
    #expect(AssayVersion.line(text: "1.2.3-dev", commit: nil, date: nil) == "assay 1.2.3-dev")
  }

  @Test func changelogHasTheVersion() throws {
    let text = try String(contentsOfFile: Repository.path("CHANGELOG.md"), encoding: .utf8)
    let heading = text.split(separator: "\n").first { $0.hasPrefix("## ") }
    #expect(heading?.hasPrefix("## \(AssayVersion.number),") == true, "\(heading ?? "")")
  }
}
