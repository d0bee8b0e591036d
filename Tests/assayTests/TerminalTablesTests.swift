import Foundation
import Store
import TestSupport
import Testing

/// Tables and help in a terminal of 80 and of 120 columns, and on a pipe.
@Suite struct TerminalTablesTests {
  private static let pipeline = """
    {
      "assay": 1, "name": "a-study-with-a-rather-long-name",
      "axes": { "backbone": ["mobilenet-v2", "densenet121"], "seed": [1, 2, 3] },
      "stages": {
        "scores-of-the-test-set": {
          "uses": "command",
          "with": {
            "argv": [
              "/bin/sh", "-c",
              "case ${backbone} in m*) g=5;; *) g=0;; esac; echo \\"{ \\\\\\"test/macro-f1\\\\\\": 0.$((800 + g * (ASSAY_SEED + 1))), \\\\\\"test/balanced-accuracy\\\\\\": 0.9, \\\\\\"train/loss\\\\\\": ${add} }\\" > {outputs.files}/metrics.json"
            ]
          },
          "checks": [{ "metric": "test/macro-f1", "at-least": 0.5 }]
        }
      },
      "parameters": { "add": 0.125 }
    }
    """

  private func project() throws -> Project {
    let project = try Project(Self.pipeline)
    for value in ["0.125", "0.25"] {
      let ending = try project.run("--set", "add=\(value)")
      try #require(ending.exit == 0, "\(ending.text)")
    }
    return project
  }

  /// What a command line prints to a terminal of some width; `nil` if `script` is not installed.
  private func terminal(_ width: Int, _ line: String, in project: Project) throws -> [String]? {
    let script = "/usr/bin/script"
    guard FileManager.default.isExecutableFile(atPath: script) else {
      print("skipped: script is not installed")
      return nil
    }
    let assay = SpawnedProgram.executable("assay")
    let command = "stty rows 24 cols \(width); unset COLUMNS; '\(assay)' \(line)"
    let ending = try SpawnedProgram(
      ["-qec", command, "/dev/null"], in: project.folder, program: script
    ).wait()
    #expect(ending.exit == 0 || ending.exit == 5, "\(line): \(ending.text)")
    return ending.output.replacingOccurrences(of: "\r", with: "").split(separator: "\n")
      .map(String.init)
  }

  @Test(arguments: [80, 120])
  func linesFitTheTerminal(width: Int) throws {
    let project = try project()
    for line in [
      "runs", "runs --sort -metric.test/macro-f1", "metrics", "metrics latest~1 latest",
      "diff latest~1 latest",
      "diff latest --between backbone=densenet121,mobilenet-v2", "--help", "runs --help",
      "stages", "stages fine-tune", "help diff",
    ] {
      guard let lines = try terminal(width, line, in: project) else { return }
      #expect(lines.count > 1, "\(line): \(lines)")
      for text in lines where !text.hasPrefix("  assay ") {
        #expect(text.count <= width, "\(line): \(text)")
      }
    }
    let lines = try #require(try terminal(width, "runs", in: project))
    let latest = try project.records().run("latest").run.id
    #expect(lines[1].hasPrefix(latest), "ids are whole: \(lines)")
    #expect((width == 80) == lines.contains { $0.hasPrefix("(not shown: ") }, "\(lines)")
  }

  @Test func pipesGetEverything() throws {
    let project = try project()
    let text = try project.assay("runs").output
    #expect(text.contains("a-study-with-a-rather-long-name") && text.contains("skipped"))
    #expect(
      try project.assay("metrics").output.contains(
        "scores-of-the-test-set@backbone=densenet121,seed=3"))
  }

  @Test func listsFilterAndSort() throws {
    let project = try project()
    let best = try project.assay(
      "metrics", "latest", "--where", "metric.test/macro-f1 > 0.8 and axis.backbone ~ mob*",
      "--sort", "-test/macro-f1", "--columns", "axis.seed,test/macro-f1", "--csv")
    #expect(best.exit == 0, "\(best.text)")
    let values = best.output.split(separator: "\n").dropFirst().map { $0.split(separator: ",")[1] }
    #expect(values.count == 3 && values == values.sorted(by: >), "\(best.output)")
    let runs = try project.assay("runs", "--where", "parameter.add = 0.25", "--json")
    #expect(runs.output.components(separatedBy: "\"run\"").count == 2, "\(runs.output)")
    let wrong = try project.assay("runs", "--where", "statsu = done and host = x")
    #expect(wrong.exit == 2)
    #expect(wrong.errors.contains("did you mean 'status'?\n  statsu = done"), "\(wrong.errors)")
    #expect(try project.assay("runs", "--csv", "--json").exit == 2)
  }

  @Test func valuesOfAnAxisAreCompared() throws {
    let project = try project()
    let ending = try project.assay(
      "diff", "latest", "--between", "backbone=densenet121,mobilenet-v2", "--csv")
    #expect(ending.exit == 0, "\(ending.text)")
    let rows = ending.output.split(separator: "\n")
    #expect(
      rows.first?.hasPrefix("stage,metric,densenet121,mobilenet-v2,difference,low,high") == true)
    #expect(
      rows.contains { $0.contains("test/macro-f1") && $0.hasSuffix(",higher") }, "\(ending.output)")
    #expect(try project.assay("diff", "latest", "--paired", "seed").exit == 2)
    let table = try project.assay(
      "diff", "latest~1", "latest", "--sort", "cell", "--columns", "cell,a,b", "--limit-none")
    #expect(table.exit == 2, "an unknown option is an error")
    let csv = try project.assay("diff", "latest~1", "latest", "--csv")
    #expect(csv.exit == 5)
    #expect(csv.output.split(separator: "\n").count == 1 + 6)
  }
}
