import Foundation
import PipelineDSL
import TestSupport
import Testing

/// A folder that Assay 0.1.0 wrote, with two runs, a tag and a note, is read by this version.
///
/// The archive is what that version left behind; it is never written again.
@Suite struct EarlierVersionTests {
  private static let seal = "70f87c3ab9f79141fdb0f3bcf03276d351ce10c7b4836533365d2db5caf99c5c"

  private func study() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    let archive = Repository.path("Tests/assayTests/Fixtures/version-0.1.tar.gz")
    let ending = try SpawnedProgram(
      ["-xzf", archive], in: folder.path, program: "/usr/bin/tar"
    ).wait()
    try #require(ending.exit == 0, "\(ending.text)")
    return folder
  }

  private func assay(_ words: String..., in folder: TemporaryFolder) throws -> String {
    let ending = try SpawnedProgram(words, in: folder.path).wait()
    #expect(ending.exit == 0, "\(ending.text)")
    return ending.output
  }

  @Test func recordIsShown() throws {
    let folder = try study()
    let shown = try assay("show", "published", "--json", in: folder)
    let run = try #require(
      JSONSerialization.jsonObject(with: Data(shown.utf8)) as? [String: Any])
    #expect(run["pipeline"] as? String == "first")
    #expect(run["host"] as? String == "lab")
    #expect(run["seal"] as? String == Self.seal)
    #expect(run["tags"] as? [String] == ["published"])
    #expect(try assay("runs", in: folder).split(separator: "\n").count == 3)
    #expect(try assay("report", "published", in: folder).hasPrefix("report: "))
  }

  @Test func sealAndObjectsAreIntact() throws {
    let folder = try study()
    let audit = try assay("audit", "published", "--expect", Self.seal, in: folder)
    #expect(audit.contains("the run was made by Assay 0.1.0"))
    #expect(audit.contains("no difference from the record"))
  }

  /// Cells run again only where this machine has other codecs than the one that made their keys.
  ///
  /// A run adds to the record without a change to what is in it.
  @Test func storeIsUsedAndAddedTo() throws {
    let folder = try study()
    let plan = try JSONParser.parse(try assay("plan", "pipeline.json", "--json", in: folder))
    let cells = try #require(plan.elements)
    #expect(cells.count == 4)
    for cell in cells where cell["state"]?.text == "run" {
      let reason = cell["reason"]?.text ?? ""
      #expect(reason.contains("library"), "\(reason)")
    }
    _ = try assay("run", "pipeline.json", in: folder)
    #expect(try assay("runs", in: folder).split(separator: "\n").count == 4)
    _ = try assay("audit", "published", "--expect", Self.seal, in: folder)
  }
}
