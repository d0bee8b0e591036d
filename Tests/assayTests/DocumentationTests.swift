import Foundation
import TestSupport
import Testing

/// Runs every command of the `console` blocks of the pages for users, and compares the output.
@Suite struct DocumentationTests {
  /// Commands that build: continuous integration runs them, this test does not.
  private static let builds = ["make demo", "make test"]

  @Test(arguments: ["README.md", "docs/tutorial.md", "Pipelines/README.md"])
  func commandsPrintWhatThePageShows(_ page: String) throws {
    let text = try String(contentsOfFile: Repository.path(page), encoding: .utf8)
    let session = ConsoleSession(page: text)
    try #require(session.steps.count > 3, "\(page) has console blocks")
    let folder = try TemporaryFolder()
    for name in ["Pipelines", "docs"] {
      try FileManager.default.createSymbolicLink(
        atPath: folder.path(name), withDestinationPath: Repository.path(name))
    }
    let mark = UUID().uuidString
    let script = session.script(mark: mark) { !Self.builds.contains($0.command) }
    try folder.write("session.sh", "exec 2>&1\n" + script)
    let own = URL(fileURLWithPath: SpawnedProgram.executable("assay")).deletingLastPathComponent()
    let path = own.path + ":" + (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")
    let ending = try SpawnedProgram(
      ["session.sh"], in: folder.path, program: "/bin/sh", environment: ["PATH": path]
    ).wait()
    let endings = ConsoleSession.endings(of: ending.output, mark: mark)
    for (index, step) in session.steps.enumerated() where !Self.builds.contains(step.command) {
      let place = "\(page):\(step.line): \(step.command)"
      guard let found = endings[index] else {
        Issue.record("\(place) was not run")
        continue
      }
      #expect(found.exit == step.exit, "\(place)\n\(found.output.joined(separator: "\n"))")
      let missing = ConsoleSession.mismatch(expected: step.output, actual: found.output)
      #expect(
        missing == nil,
        "\(place)\nlacks: \(missing ?? "")\nprinted:\n\(found.output.joined(separator: "\n"))")
    }
  }

  @Test func continuousIntegrationRunsTheBuilds() throws {
    let script = try String(contentsOfFile: Repository.path(".ci/run"), encoding: .utf8)
    for command in Self.builds {
      #expect(script.split(separator: "\n").contains { $0 == command }, "\(command)")
    }
  }
}
