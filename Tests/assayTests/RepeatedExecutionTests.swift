import Foundation
import PipelineDSL
import Store
import TestSupport
import Testing

/// A key requested more than once: executed once, and with the same bytes when forced.
@Suite struct RepeatedExecutionTests {
  private static let twins = """
    {
      "assay": 1,
      "name": "twins",
      "stages": {
        "one": {
          "uses": "command",
          "with": { "argv": ["/bin/sh", "-c", "echo run >> runs; echo same > {outputs.files}/x"] }
        },
        "two": {
          "uses": "command",
          "with": { "argv": ["/bin/sh", "-c", "echo run >> runs; echo same > {outputs.files}/x"] }
        },
        "both": {
          "uses": "command", "needs": { "x": ["one", "two"] },
          "with": { "argv": ["/bin/sh", "-c", "echo both > {outputs.files}/x"] }
        }
      }
    }
    """

  private func runs(_ project: Project) throws -> Int {
    try project.read("runs").split(separator: "\n").count
  }

  @Test func equalKeysRunOnce() throws {
    let project = try Project(Self.twins)
    #expect(try project.executed("--jobs", "3") == ["one", "both"])
    #expect(try project.statuses()["two"] == .hit)
    #expect(try runs(project) == 1)
    let digests = try project.digests()
    #expect(digests["one.files"] == digests["two.files"])
    let forced = try project.run("--force")
    #expect(forced.exit == 0)
    #expect(try runs(project) == 2)
    #expect(try project.statuses() == ["one": .executed, "two": .hit, "both": .executed])
  }

  @Test func failingCellsWithTheSameKeyRunOnce() throws {
    let project = try Project(Self.twins.replacingOccurrences(of: "echo same >", with: "exit 3; >"))
    let ending = try project.run("--jobs", "3")
    #expect(ending.exit == 1)
    #expect(try runs(project) == 1)
    #expect(try project.statuses() == ["one": .failed, "two": .skipped, "both": .skipped])
    #expect(ending.output.contains("'one', which has the same key, failed"))
  }

  @Test func forcedStagesGiveTheSameBytes() throws {
    let project = try Project(Self.twins)
    try project.executed()
    let digests = try project.digests()
    #expect(try project.executed("both", "--force") == ["both"])
    #expect(try runs(project) == 1)
    #expect(try project.digests() == digests)
    #expect(try project.records().divergences().isEmpty)
  }

  @Test func differentBytesUnderAKeyAreADivergence() throws {
    let project = try Project(
      Self.twins.replacingOccurrences(
        of: "echo both >", with: "od -N 16 -x /dev/urandom >"))
    try project.executed()
    let before = try project.digests()
    let ending = try project.run("both", "--force")
    #expect(ending.exit == 0)
    #expect(ending.output.contains("diverged  both: 'files' was"), "\(ending.output)")
    #expect(ending.output.contains("under the same key, first in "))
    #expect(ending.output.contains("the first one is kept"))
    let records = try project.records()
    let divergences = try records.divergences()
    #expect(divergences.count == 1)
    let divergence = try #require(divergences.first)
    #expect(divergence.cell == "both")
    #expect(divergence.run == (try records.run("latest").run.id))
    #expect(divergence.existing == before["both.files"])
    #expect(divergence.found != divergence.existing)
    let file = try #require(divergence.file)
    #expect(try project.assay("show").output.contains("found, first in \(file)"))
    let again = try JSONParser.parse(project.run("both", "--force", "--json").output)
    #expect(again["divergences"]?.elements?.first?["file"]?.text == file)
    #expect(try project.digests() == before)
  }
}
