import Foundation
import PipelineDSL
import Store
import TestSupport
import Testing

/// What a run leaves in the record, and which checks and warnings a hit repeats.
@Suite struct RecordTests {
  private static let pipeline = """
    {
      "assay": 1,
      "name": "recorded",
      "parameters": { "data": "images" },
      "stages": {
        "source": { "uses": "ingest/image-folder", "with": { "root": "${data}" } },
        "score": {
          "uses": "command", "needs": { "samples": "source.samples" },
          "with": {
            "argv": [
              "/bin/sh", "-c",
              "echo '{\\"score\\": 0.5}' > {outputs.files}/metrics.json; echo counted"
            ]
          },
          "checks": [{ "metric": "score", "at-least": 0.25 }]
        },
        "stop": {
          "uses": "command", "needs": { "score": "score" },
          "with": {
            "argv": ["/bin/sh", "-c", "test -e flag && cp flag {outputs.files}/flag"]
          }
        }
      }
    }
    """

  private func project() throws -> Project {
    let project = try Project(Self.pipeline)
    try TinyImages.write(to: project, perClass: 2)
    try project.write("no image", to: "images/red/note.txt")
    return project
  }

  @Test func everyRunIsRecordedOnce() throws {
    let project = try project()
    #expect(try project.run().exit == 1)
    try project.write("x", to: "flag")
    #expect(try project.run("--set", "data=./images").exit == 0)
    #expect(try project.run().exit == 0)
    let records = try project.records()
    let runs = try records.runs()
    #expect(runs.map { $0.end?.status } == [.done, .done, .failed])
    #expect(runs.map { $0.end?.exit } == [0, 0, 1])
    #expect(Set(runs.map(\.run.id)).count == 3)
    #expect(runs.allSatisfy { $0.run.pipeline == "recorded" })
    #expect(runs[1].run.command.contains("--set data=./images"))
    #expect(
      try project.statuses(of: "latest~2")
        == ["source": .executed, "score": .executed, "stop": .failed])
    #expect(
      try project.statuses(of: "latest~1") == ["source": .hit, "score": .hit, "stop": .executed])
    #expect(
      try project.statuses(of: "latest") == ["source": .hit, "score": .hit, "stop": .hit])
    #expect(runs[0].end?.counts[.hit] == 3)
    // The record of a run is complete: it includes the results of hits.
    let metrics = try records.metrics(run: runs[0].run.id).map(\.metric)
    #expect(metrics.contains { $0.name == "score" && $0.value == 0.5 })
    #expect(try records.artifacts(run: runs[0].run.id).count == 5)
    #expect(try records.edges(run: runs[0].run.id).count == 2)
    #expect(try records.parameters(run: runs[1].run.id).first?.value == .string("./images"))
    #expect(try records.environment(run: runs[0].run.id).contains { $0.name == "processors" })
    #expect(try records.pipelineText(runs[0].run.pipelineDigest) == project.read(Project.file))
  }

  @Test func warningsAreRepeatedOnHits() throws {
    let project = try project()
    try project.write("x", to: "flag")
    let warning = "warning   source: 1 left out: not a BMP, JPEG, PNG or TIFF file"
    for _ in 0..<2 {
      let ending = try project.run()
      #expect(ending.exit == 0)
      #expect(ending.output.components(separatedBy: warning).count == 2, "\(ending.output)")
    }
    let records = try project.records()
    for reference in ["latest", "latest~1"] {
      let events = try records.events(run: records.run(reference).run.id)
      #expect(events.count { $0.kind == "warning" && $0.subject == "source" } == 1)
    }
    #expect(try project.statuses()["source"] == .hit)
  }

  @Test func checksAreEvaluatedOnHits() throws {
    let project = try project()
    try project.write("x", to: "flag")
    #expect(try project.run().output.contains("score at-least 0.25: 0.5000 met"))
    try project.edit(#""at-least": 0.25"#, to: #""at-least": 0.75"#)
    for _ in 0..<2 {
      let ending = try project.run()
      #expect(ending.exit == 1)
      #expect(ending.output.contains("check not met: score: score at-least 0.75, found 0.5"))
      #expect(try project.statuses() == ["source": .hit, "score": .hit, "stop": .hit])
    }
    let records = try project.records()
    let latest = try records.run("latest")
    #expect(latest.end?.status == .unmet && latest.end?.counts[.failed] == 0)
    let checks = try records.checks(run: latest.run.id)
    #expect(checks.map(\.met) == [false])
    #expect(checks.map(\.value) == [0.5])
    try project.edit(#""at-least": 0.75"#, to: #""at-most": 0.5"#)
    #expect(try project.executed().isEmpty)
    try project.edit(#""metric": "score""#, to: #""metric": "scor""#)
    let ending = try project.run()
    #expect(ending.exit == 1)
    #expect(ending.output.contains("check not met: score: scor at-most 0.5, found no such metric"))
  }
}
