import Foundation
import TestSupport
import Testing

@testable import Store

/// Every verb that reads the record, with a record that is missing, damaged, newer or locked.
struct UnusableRecordTests {
  /// Verbs that work without a record: a plan then has nothing to compare with.
  private static let planning = [
    ["plan", Project.file], ["status", Project.file], ["run", Project.file, "--dry-run"],
  ]
  private static let reading = [
    ["why", Project.file, "a"], ["runs"], ["show"], ["diff", "latest", "latest"], ["metrics"],
    ["report"], ["audit", "latest"], ["tag", "x", "latest"], ["pin", "latest"],
    ["note", "latest", "text"], ["checkout", "a", "out"],
  ]

  private func project() throws -> Project {
    let project = try Project(
      """
      {"assay": 1, "name": "p", "stages": {"a": {"uses": "command",
        "with": {"argv": ["sh", "-c", "echo x > {outputs.files}/f"], "outputs": {"files": "files"}}}}}
      """)
    try project.executed()
    return project
  }

  /// Runs all verbs at the same time; checks the exit code and that the message names the record.
  private func expect(
    _ project: Project, planning: Int32, reading: Int32, says text: String
  ) throws {
    let verbs = Self.planning + Self.reading
    let processes = try verbs.map { try SpawnedProgram($0, in: project.folder) }
    for (verb, process) in zip(verbs, processes) {
      let ending = try process.wait()
      let expected = Self.planning.contains(verb) ? planning : reading
      #expect(ending.exit == expected, "\(verb): \(ending.text)")
      if expected == 0 { continue }
      #expect(
        ending.errors.contains("assay.sqlite") && ending.errors.contains(text),
        "\(verb): \(ending.text)")
    }
  }

  private func database(_ project: Project) throws -> Database {
    try Database(project.path("results/assay.sqlite"))
  }

  @Test func planDoesNotRequireARecord() throws {
    let project = try project()
    for name in try FileManager.default.contentsOfDirectory(atPath: project.path("results"))
    where name.hasPrefix("assay.sqlite") {
      try FileManager.default.removeItem(atPath: project.path("results/" + name))
    }
    try expect(project, planning: 0, reading: 1, says: "no record")
  }

  @Test func damagedRecordExitsWithSix() throws {
    let project = try project()
    try project.write("not a database", to: "results/assay.sqlite")
    try expect(project, planning: 6, reading: 6, says: "damaged")
  }

  @Test func newerRecordIsReported() throws {
    let project = try project()
    try database(project).execute("PRAGMA user_version = 99")
    try expect(project, planning: 1, reading: 1, says: "version 99")
  }

  @Test func lockedRecordIsReported() throws {
    let project = try project()
    let database = try database(project)
    try database.execute("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE")
    try expect(project, planning: 1, reading: 1, says: "another process")
    withExtendedLifetime(database) {}
  }
}
