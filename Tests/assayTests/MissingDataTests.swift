import Foundation
import PipelineDSL
import Store
import TestSupport
import Testing

/// Data sets that are not there: the stages that do not need them run.
@Suite struct MissingDataTests {
  private static let pipeline = """
    {
      "assay": 1,
      "name": "missing-data",
      "parameters": { "second": "data/PBC" },
      "stages": {
        "source": { "uses": "ingest/image-folder", "with": { "root": "images" } },
        "second": { "uses": "ingest/pbc", "with": { "root": "${second}" } },
        "labels": {
          "uses": "harmonise-labels", "needs": ["source", "second"],
          "with": {
            "scheme": "custom",
            "mapping": {
              "red": "red", "green": "green", "violet": "violet", "basophil": "violet"
            }
          }
        },
        "alone": {
          "uses": "harmonise-labels", "needs": "source",
          "with": {
            "scheme": "custom", "mapping": { "red": "red", "green": "green", "violet": "violet" }
          }
        }
      }
    }
    """

  private func project() throws -> Project {
    let project = try Project(Self.pipeline)
    try TinyImages.write(to: project, perClass: 2)
    return project
  }

  @Test("run says what is missing before it starts, runs the rest and ends with 1")
  func runContinuesWithoutMissingData() throws {
    let project = try project()
    let ending = try project.run()
    #expect(ending.exit == 1, "\(ending.text)")
    #expect(
      try project.statuses() == [
        "source": .executed, "alone": .executed, "second": .skipped, "labels": .skipped,
      ])
    let output = ending.output
    let told = try #require(output.range(of: "missing   second: the location 'root': data/PBC: "))
    let started = try #require(output.range(of: "run       source"))
    #expect(told.lowerBound < started.lowerBound)
    #expect(output.contains("2 cells cannot run without it; where to get it: "))
    #expect(output.contains("https://doi.org/10.17632/snkd93bnjr.1"))
    #expect(output.contains("2 cells could not run: data missing"))
    let run = try project.records().run("latest")
    #expect(run.end?.status == .dataMissing && run.end?.exit == 1)
    let rows = try project.rows().filter(\.lacksData).map(\.cell)
    #expect(Set(rows) == ["second", "labels"])
    #expect(try project.assay("audit", "latest").exit == 0)
    #expect(try project.assay("show").output.contains("data missing: 2 cells could not run"))
    _ = try project.assay("report", "-o", "report.html")
    #expect(try project.read("report.html").contains("2 cells could not run: data missing"))
  }

  @Test("plan and status list missing data, and JSON names them for each blocked cell")
  func planListsMissingData() throws {
    let project = try project()
    let plan = try project.assay("plan", Project.file)
    #expect(plan.exit == 0)
    #expect(plan.output.contains("blocked    second  (data missing: data/PBC)\n"))
    #expect(plan.output.contains("blocked    labels  (data missing for second)\n"))
    #expect(plan.output.contains("0 hit, 1 run, 1 undecided, 2 blocked of 4 cells\n"))
    #expect(plan.output.contains("missing    second: the location 'root': data/PBC: "))
    let json = try JSONParser.parse(try project.assay("plan", Project.file, "--json").output)
    let blocked = try #require(json.elements).filter { $0["state"]?.text == "blocked" }
    #expect(blocked.count == 2)
    #expect(blocked.allSatisfy { $0["missing"]?.elements?.first?["path"]?.text == "data/PBC" })
    let status = try project.assay("status", Project.file)
    #expect(status.output.contains("out of date  labels  (data missing for 1 cell)\n"))
    #expect(try project.assay("status", Project.file, "-q").exit == 4)
  }

  @Test("once the data are there, the blocked cells run")
  func dataThatArriveAreUsed() throws {
    let project = try project()
    #expect(try project.run().exit == 1)
    for number in 0..<2 {
      try TinyImages.write(
        kind: 2, number: 90 + number, to: project, at: "data/PBC/basophil/BA_\(number).png")
    }
    #expect(try project.executed() == ["second", "labels"])
    #expect(try project.records().run("latest").end?.status == .done)
  }

  @Test("if no stage can run, nothing is written and the exit code is 3")
  func nothingToRunIsRefused() throws {
    let project = try Project(Self.pipeline)
    let ending = try project.run()
    #expect(ending.exit == 3)
    #expect(ending.errors.split(separator: "\n").count == 2, "\(ending.errors)")
    #expect(ending.errors.contains("where to get it: PBC_dataset_normal_DIB"))
    #expect(!project.exists("results"))
  }
}
