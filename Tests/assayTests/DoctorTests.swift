import PipelineDSL
import TestSupport
import Testing

/// The output of `assay doctor`.
@Suite struct DoctorTests {
  private let project: Project

  init() throws { project = try Project("{}") }

  @Test func reportsTheDataSetsInAFolder() throws {
    _ = try project.assay("synthesise", "data", "--sources", "fab,raabin", "--images", "40")
    let ending = try project.assay("doctor", "--data", "data")
    #expect(ending.exit == 1, "\(ending.text)")
    #expect(ending.output.contains("FAB L1-L3 in data/FAB: 20 images in 20 files\n"))
    #expect(ending.output.contains("\n  L1        7         50\n"))
    #expect(ending.output.contains("  problem: 130 of 150 published images are missing\n"))
    #expect(ending.output.contains("  \"raabin\": {\n    \"uses\": \"ingest/raabin\",\n"))
  }

  @Test func printsFactsAsJSON() throws {
    _ = try project.assay("synthesise", "data", "--sources", "fab", "--images", "9")
    let ending = try project.assay("doctor", "--data", "data", "--json")
    let facts = try JSONParser.parse(Array(ending.output.utf8))
    #expect(facts.object?["sound"] == false)
    let stages = facts.object?["stages"]?.object
    #expect(stages?["fab"] == ["uses": "ingest/fab", "with": ["root": "data/FAB"]])
  }

  @Test func withoutDataDescribesTheInstallation() throws {
    let ending = try project.assay("doctor")
    #expect(ending.exit == 0, "\(ending.text)")
    for fact in ["assay", "openblas-core", "libtiff", "results are on"] {
      #expect(ending.output.contains("\n\(fact) "))
    }
  }

  @Test func missingFolderIsAUsageError() throws {
    let ending = try project.assay("doctor", "--data", "nowhere")
    #expect(ending.exit == 2 && ending.errors.contains("nowhere: No such file or directory"))
  }
}
