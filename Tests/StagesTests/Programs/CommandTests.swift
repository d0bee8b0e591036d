import Foundation
import PipelineDSL
import Testing

@testable import Stages

struct CommandTests {
  private let harness: StageHarness

  init() throws { harness = try StageHarness() }

  private func argv(_ words: String...) -> JSONObject {
    ["argv": .array(words.map { .string($0) })]
  }

  @Test func runsAProgramOnItsInputs() throws {
    let input = try harness.artifact("table", [("x.csv", Array("a,b\n".utf8))])
    let outcome = try harness.run(
      "command",
      argv(
        "sh", "-c", "tr ab cd < $0/x.csv > $1/y.csv; echo seed $ASSAY_SEED >> $1/y.csv; echo done",
        "{inputs.table}", "{outputs.files}"),
      inputs: ["table": [input]])
    #expect(try outcome.text("files", "y.csv") == "c,d\nseed 17\n")
    #expect(outcome.events.log == ["done"])
    #expect(outcome.digests == ["files": "3bc137558cdd"])
  }

  @Test func unknownInputSuggestsTheNearest() throws {
    let input = try harness.artifact("table", [("x", [])])
    let failure = #expect(throws: StageError.self) {
      try harness.run("command", argv("cat", "{inputs.tabel}"), inputs: ["table": [input]])
    }
    #expect(failure?.hint == "did you mean 'table'?")
    let none = #expect(throws: StageError.self) {
      try harness.run("command", argv("cat", "{inputs.x}"))
    }
    #expect(none?.reason.contains("has no inputs") == true)
  }

  @Test func theEnvironmentIsCleanAndDeclared() throws {
    var with = argv("sh", "-c", "env > $0/env; pwd > $0/pwd", "{outputs.files}")
    with["environment"] = ["LABEL": "x y", "LANG": "C.UTF-8"]
    let outcome = try harness.run("command", with, threads: 3)
    let names = try outcome.text("files", "env").split(separator: "\n")
    let known = [
      "ASSAY_SEED=17", "ASSAY_THREADS=3", "LABEL=x y", "LANG=C.UTF-8",
    ]
    #expect(known.allSatisfy { names.contains(Substring($0)) })
    let set: Set = Set(names.map { String($0.prefix { $0 != "=" }) })
    #expect(
      set.subtracting(["PWD", "SHLVL", "_", "OLDPWD"])
        == ["PATH", "HOME", "LANG", "LABEL", "ASSAY_SEED", "ASSAY_THREADS"])
  }

  @Test func metricsAreRecorded() throws {
    let json = #"{"test": {"accuracy": 0.5}, "note": "x"}"#
    var with = argv("sh", "-c", "printf '%s' \"$1\" > $0/metrics.json", "{outputs.scores}", json)
    with["outputs"] = ["scores": "metrics"]
    let outcome = try harness.run("command", with)
    #expect(outcome.metrics == ["test/accuracy": 0.5])
    #expect(
      outcome.events.warnings
        == ["metrics.json of output 'scores': 'note' is not a number: skipped"])
  }

  @Test func failuresShowTheLastLines() {
    let failure = #expect(throws: StageError.self) {
      try harness.run("command", argv("sh", "-c", "seq 30; echo broken >&2; exit 4"))
    }
    #expect(failure?.reason.hasPrefix("'sh' ended with status 4; its last lines:\n") == true)
    #expect(failure?.reason.contains("broken") == true)
    #expect(failure?.reason.contains("\n  5\n") == false, "only the last twenty")
    let killed = #expect(throws: StageError.self) {
      try harness.run("command", argv("sh", "-c", "kill -SEGV $$"))
    }
    #expect(killed?.reason.contains("was terminated by signal 11 (Segmentation fault)") == true)
  }

  @Test func emptyOutputIsReported() {
    let failure = #expect(throws: StageError.self) {
      try harness.run("command", argv("true"))
    }
    #expect(failure?.reason == "'true' wrote nothing to output 'files'")
  }

  @Test func missingProgramSuggestsTheNearest() {
    let failure = #expect(throws: StageError.self) {
      try harness.run("command", argv("dirnam"))
    }
    #expect(failure?.reason.contains("program 'dirnam' not found along PATH") == true)
    #expect(failure?.hint == "did you mean 'dirname'?")
  }

  @Test func codePatternsMustMatchFiles() {
    var with = argv("true")
    with["code"] = ["/nowhere/*.py"]
    let failure = #expect(throws: StageError.self) { try harness.run("command", with) }
    #expect(failure?.reason == "'code': no file matches '/nowhere/*.py'")
  }

  @Test func parametersAreChecked() {
    #expect(throws: ParameterErrors.self) { try harness.run("command") }
    #expect(throws: ParameterErrors.self) { try harness.run("command", ["argv": []]) }
    for (name, value) in [
      ("outputs", ["a": "metric"]), ("outputs", ["../a": "files"]), ("outputs", [:]),
      ("environment", ["A=B": "c"]), ("environment", ["A": "b\0"]),
      ("compare", ["files": "roughly"]), ("compare", ["file": "bytes"]),
    ] as [(String, JSONValue)] {
      var with = argv("true")
      with[name] = value
      #expect(throws: ParameterErrors.self, "\(name): \(value)") {
        try harness.run("command", with)
      }
    }
    let problems = #expect(throws: ParameterErrors.self) {
      try harness.run("command", argv("cat", "{outputs.file}"))
    }
    #expect(problems?.list.first?.sentence.contains("did you mean 'files'?") == true)
  }

  @Test func outputsDeclareTheirComparators() throws {
    var with = argv("true")
    with["outputs"] = ["scores": "metrics", "files": "files"]
    with["compare"] = ["scores": "json 1e-6"]
    let kind = try #require(StageCatalogue.all["command"])
    let ports = try kind.resolve(with).ports
    #expect(ports.outputs.map(\.comparator) == [.bytes, .json(tolerance: 1e-6)])
    #expect(kind.parameters.filter { !$0.isKeyed }.map(\.name) == ["compare"])
  }

  @Test func codeFilesIncludeTheProgramAndItsFiles() throws {
    let root = try harness.write([("b.py", []), ("a.py", []), ("run.sh", [])], under: "code")
    var with = argv("sh", root + "/run.sh", "--flag", root, root + "/run.sh")
    with["code"] = .array([.string(root + "/*.py")])
    with["environment"] = ["PATH": "/bin"]
    let kind = try #require(StageCatalogue.all["command"])
    let values = try kind.resolve(with).values
    #expect(
      kind.codeFiles(for: values) == ["/bin/sh", root + "/run.sh", root + "/a.py", root + "/b.py"])
    let other = try #require(StageCatalogue.all["compare"])
    #expect(other.codeFiles(for: [:]) == [])
  }

  /// As root a program can write to read-only files: this is detected, and nothing is kept.
  @Test func aProgramMayNotChangeItsInputs() throws {
    let input = try harness.artifact("table", [("a.csv", Array("a\n".utf8)), ("x.csv", [])])
    for script in ["chmod u+w $0/x.csv; echo more >> $0/x.csv", "rm $(readlink $0/x.csv)"] {
      let failure = #expect(throws: StageError.self) {
        try harness.run(
          "command",
          argv("sh", "-c", script + "; echo done > $1/y", "{inputs.t}", "{outputs.files}"),
          inputs: ["t": [input]])
      }
      #expect(failure?.reason == "'sh' changed 'x.csv' of its input 't', which is read-only")
    }
  }

  @Test func aProgramMayReadAndLinkItsInputs() throws {
    let input = try harness.artifact("table", [("x.csv", Array("a\n".utf8))])
    let outcome = try harness.run(
      "command",
      argv(
        "sh", "-c", "ln $(readlink $0/x.csv) $1/../n; cat $0/x.csv > $1/y", "{inputs.t}",
        "{outputs.files}"),
      inputs: ["t": [input]])
    #expect(try outcome.text("files", "y") == "a\n")
  }
}
