import Foundation
import Store
import TestSupport
import Testing

@testable import assay

/// `assay run --report live`, and how often its page is written.
@Suite struct LiveReportTests {
  private static func pipeline(_ script: String) -> String {
    """
    {
      "assay": 1, "name": "slow",
      "stages": {
        "quick": { "uses": "command", "with": { "argv": ["/bin/sh", "-c", "echo a > {outputs.files}/a"] } },
        "slow": {
          "uses": "command", "needs": { "in": "quick" },
          "with": { "argv": ["/bin/sh", "-c", "ls {inputs.in}; \(script)"] }
        }
      }
    }
    """
  }

  @Test func paceFollowsTheCost() {
    typealias Pace = LiveReportWriter.Pace
    var pace = Pace()
    #expect(pace.isDue(at: 0))
    pace.begin(at: 0)
    #expect(!pace.isDue(at: 100))
    pace.end(cost: 0.01)
    #expect(pace.interval == Pace.minimum)
    #expect(!pace.isDue(at: 2.9) && pace.isDue(at: 3))
    pace.begin(at: 3)
    pace.end(cost: 2)
    // 2 s of work in 60 s are 3 %.
    #expect(pace.interval == 60)
  }

  @Test func pageIsThereWhileTheRunContinues() throws {
    let project = try Project(
      Self.pipeline("while [ ! -e go ]; do sleep 0.1; done; echo b > {outputs.files}/b"))
    let program = try project.start("--report", "live")
    var seen = ""
    let isRunning = try eventually {
      seen = try Self.page(project) ?? ""
      return seen.contains("1 running")
    }
    try project.write("", to: "go")
    #expect(isRunning && seen.contains("data-live=\"") && seen.contains("badge running"))
    let ending = try program.wait()
    #expect(ending.exit == 0, "\(ending.text)")
    #expect(ending.output.contains("report: results/reports/"))
    let last = try #require(try Self.page(project))
    #expect(last.contains("<span class=\"badge done\">done</span>"))
    #expect(!last.contains("data-live=\"") && !last.contains("http-equiv=\"refresh\""))
  }

  @Test func failedRunEndsItsPage() throws {
    let project = try Project(Self.pipeline("exit 3"))
    #expect(try project.run("--report", "live").exit == 1)
    let last = try #require(try Self.page(project))
    #expect(last.contains("<span class=\"badge failed\">failed</span>"))
    #expect(!last.contains("data-live=\""))
  }

  @Test func reportAloneIsWrittenAtTheEnd() throws {
    let project = try Project(Self.pipeline("echo b > {outputs.files}/b"))
    let ending = try project.run("--report")
    #expect(ending.exit == 0, "\(ending.text)")
    #expect(try Self.page(project)?.contains("badge done") == true)
    #expect(try project.run("--report=dead").exit == 2)
  }

  /// The only report of a project, if there is one.
  private static func page(_ project: Project) throws -> String? {
    let folder = project.path("results/reports")
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return try names.first { $0.hasSuffix(".html") }.map {
      try String(contentsOfFile: "\(folder)/\($0)", encoding: .utf8)
    }
  }
}
