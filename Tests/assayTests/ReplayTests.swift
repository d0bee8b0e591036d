import Foundation
import PipelineDSL
import Store
import TestSupport
import Testing

@testable import Execution

/// Cells that run again outside the store, and how their outputs are compared.
@Suite struct ReplayTests {
  /// A stage whose output stays the same except for what `compare` tolerates.
  private static func pipeline(_ compare: String) -> String {
    """
    { "assay": 1, "name": "replayed", "stages": {
      "same": { "uses": "command", "with": {
        "argv": ["sh", "-c", "echo x > {outputs.files}/x"] } },
      "other": { "uses": "command", "needs": { "x": "same" }, "with": {
        "outputs": { "scores": "metrics", "files": "files" },
        "argv": ["sh", "-c", "cat {inputs.x}/x > {outputs.files}/a; cp $0 {outputs.scores}/metrics.json; printf 'id,p\\\\na,%s\\\\n' $(cat $1) > {outputs.files}/t.csv",
                 "/tmp/PLACE/m", "/tmp/PLACE/p"]\(compare) } } } }
    """
  }

  /// A project that ran once with one number and would now produce another.
  private func project(_ compare: String, from: String, to: String) throws -> Project {
    let project = try Project("{}")
    let place = "outside-" + UUID().uuidString
    // argv must not name these files, or they would be part of the key.
    let text = Self.pipeline(compare)
      .replacingOccurrences(of: "cp $0 ", with: "cp $0.json ")
      .replacingOccurrences(of: "$(cat $1)", with: "$(cat $1.txt)")
      .replacingOccurrences(of: "/tmp/PLACE", with: project.path(place))
    try project.write(text, to: Project.file)
    try project.write("{\"m\": \(from)}", to: place + "/m.json")
    try project.write(from, to: place + "/p.txt")
    try project.executed()
    try project.write("{\"m\": \(to)}", to: place + "/m.json")
    try project.write(to, to: place + "/p.txt")
    return project
  }

  @Test func identicalBytesAreTheSame() throws {
    let project = try project("", from: "0.5", to: "0.5")
    let before = try (project.filesOfStore("objects"), project.filesOfStore("keys"))
    let ending = try project.assay("audit", "latest", "--replay")
    #expect(ending.exit == 0, "\(ending.text)")
    #expect(ending.output.contains("2 cells, 2 chosen, 2 executed, 2 same"))
    let after = try (project.filesOfStore("objects"), project.filesOfStore("keys"))
    #expect(before == after, "the store is as it was")
    #expect(try project.filesOfStore("scratch").isEmpty)
  }

  @Test func differentBytesAreReportedAndRecorded() throws {
    let project = try project("", from: "0.5", to: "0.5000001")
    let digests = try project.digests()
    let ending = try project.assay("audit", "latest", "--replay")
    #expect(ending.exit == 5, "\(ending.text)")
    #expect(ending.output.contains("replay other, 'files'"))
    #expect(ending.output.contains("first in t.csv"))
    #expect(ending.output.contains("replay other, 'scores'"))
    #expect(ending.output.contains("same      same"))
    let rows = try project.records().divergences()
    #expect(rows.map(\.port) == ["files", "scores", "metrics"])
    #expect(rows.map(\.file) == ["t.csv", "metrics.json", "m"])
    #expect(rows.allSatisfy { $0.run == nil && $0.cell == "other" })
    #expect(rows[0].existing == digests["other.files"])
    #expect(rows[2].existing == "m: 0.5" && rows[2].found == "m: 0.5000001")
    #expect(try project.digests() == digests)
    // The seal still holds, and the divergence is shown with the run.
    #expect(try project.assay("audit", "latest").exit == 0)
    #expect(try project.assay("show").output.contains("first in t.csv by an audit"))
  }

  @Test(
    arguments: [
      (#", "compare": { "files": "table 1e-3", "scores": "json 1e-3" }"#, 0),
      (#", "compare": { "files": "ignore", "scores": "ignore" }"#, 0),
      (#", "compare": { "files": "table 1e-9", "scores": "json 1e-3" }"#, 5),
      (#", "compare": { "files": "table 1e-3", "scores": "json 1e-9" }"#, 5),
      (#", "compare": { "files": "bytes", "scores": "ignore" }"#, 5),
    ] as [(String, Int32)])
  func comparatorsDecideWhatDiffers(compare: String, exit: Int32) throws {
    let project = try project(compare, from: "0.5", to: "0.50001")
    let ending = try project.assay("audit", "latest", "--replay")
    #expect(ending.exit == exit, "\(ending.text)")
  }

  @Test func comparatorsAreNotInKeys() throws {
    let project = try project("", from: "0.5", to: "0.5")
    try project.edit("/p\"]", to: "/p\"], \"compare\": { \"files\": \"ignore\" }")
    #expect(try project.executed().isEmpty)
    try project.edit("\"files\": \"ignore\"", to: "\"flies\": \"ignore\"")
    let ending = try project.run()
    #expect(ending.exit == 3)
    #expect(ending.errors.contains("did you mean 'files'?"), "\(ending.errors)")
  }

  @Test func sampleIsReproducible() throws {
    let project = try Project(
      """
      { "assay": 1, "name": "sampled", "axes": { "n": [1, 2, 3, 4, 5, 6, 7, 8] }, "stages": {
        "make": { "uses": "command", "with": {
          "argv": ["sh", "-c", "echo ${n} > {outputs.files}/n"] } } } }
      """)
    try project.executed()
    func chosen(_ words: String...) throws -> [Substring] {
      let ending = try SpawnedProgram(["audit", "latest", "--replay"] + words, in: project.folder)
        .wait()
      try #require(ending.exit == 0, "\(ending.text)")
      return ending.output.split(separator: "\n").filter { $0.hasPrefix("same") }
        .map { $0.split(separator: " ")[1] }.sorted()
    }
    let quarter = try chosen("--sample", "25%")
    #expect(quarter.count == 2)
    #expect(try chosen("--sample", "25%") == quarter)
    #expect(try chosen("--sample", "2", "--seed", "0") == quarter)
    #expect(try chosen("--sample", "1%").count == 1)
    #expect(try Set((0..<4).map { try chosen("--sample", "2", "--seed", "\($0)") }).count > 1)
    #expect(try chosen("--sample", "100%", "--jobs", "1").count == 8)
  }

  @Test func oneStageCanBeReplayed() throws {
    let project = try project("", from: "0.5", to: "0.75")
    let ending = try project.assay("audit", "latest", "--replay", "--stage", "same")
    #expect(ending.exit == 0, "\(ending.text)")
    #expect(ending.output.contains("1 cells, 1 chosen, 1 executed, 1 same"))
  }

  @Test func cellsWithChangedInputsCannotRunAgain() throws {
    let project = try AuditProject.make()
    try project.write("no image either", to: "images/red/note.txt")
    let ending = try project.assay("audit", "latest", "--replay", "--stage", "source")
    #expect(ending.exit == 0, "\(ending.text)")
    #expect(
      ending.output.contains(
        "source cannot run again: location root: changed red/note.txt"), "\(ending.output)")
    #expect(ending.output.contains("1 chosen, 0 executed"))
    try project.move("images", to: "elsewhere")
    let gone = try project.assay("audit", "latest", "--replay", "--stage", "source")
    #expect(gone.exit == 0)
    #expect(gone.output.contains("source cannot run again: ") && gone.output.contains("images"))
  }

  @Test func failingReplayIsAFinding() throws {
    let project = try project("", from: "0.5", to: "0.5")
    let argv = try project.read(Project.file)
    let place = try #require(argv.range(of: "outside-[0-9A-F-]*", options: .regularExpression))
    try FileManager.default.removeItem(atPath: project.path(String(argv[place])))
    let ending = try project.assay("audit", "latest", "--replay")
    #expect(ending.exit == 5, "\(ending.text)")
    #expect(ending.output.contains("replay other: expected the recorded result, found a failure:"))
  }

  @Test func damagedInputsAreNotUsed() throws {
    let project = try project("", from: "0.5", to: "0.5")
    let object = try project.object(of: "x", in: "same", port: "files")
    chmod(object, 0o644)
    try Data("y\n".utf8).write(to: URL(fileURLWithPath: object))
    let ending = try project.assay("audit", "latest", "--replay", "--stage", "other")
    #expect(ending.exit == 5)
    #expect(ending.output.contains("is damaged in the store"))
    #expect(ending.output.contains("0 executed"))
  }
}
