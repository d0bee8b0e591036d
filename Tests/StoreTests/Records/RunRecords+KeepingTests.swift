import PipelineDSL
import Testing

@testable import Store

struct RunRecordsKeepingTests {
  @Test func returnsMarksOfRuns() throws {
    let scene = try GarbageScene()
    for run in ["1", "2"] { try scene.run(run, []) }
    try scene.mark("tag", "1", "best")
    try scene.mark("note", "1")
    try scene.mark("tag", "2", "best")
    try scene.mark("pin", "2")
    let marks = try scene.records.marks()
    #expect(marks["1"]?.tags == [])
    #expect(marks["2"]?.tags == ["best"])
    #expect(marks["2"]?.isPinned == true)
  }

  @Test func keptRunsHaveAllReasons() throws {
    let scene = try GarbageScene()
    for (run, status) in [("1", RunStatus.done), ("2", .done), ("3", .failed)] {
      try scene.run(run, [], status: status)
    }
    try scene.run("4", [], status: nil)
    try scene.mark("pin", "1")
    // A mark on a run that this record does not contain keeps nothing.
    #expect(
      try scene.records.keptRuns(latest: 2) == [
        KeptRun(run: "1", pipeline: "p", reasons: [.pinned]),
        KeptRun(run: "2", pipeline: "p", reasons: [.newestSuccess]),
        KeptRun(run: "3", pipeline: "p", reasons: [.latest(2)]),
        KeptRun(run: "4", pipeline: "p", reasons: [.latest(1)]),
      ])
  }

  @Test func listsWhatARunUsed() throws {
    let scene = try GarbageScene()
    let result = try scene.result("r")
    try scene.run("1", [result], seconds: 2.5, failedLog: Digest.of("log"))
    let uses = try scene.records.uses(of: "1")
    #expect(uses.keys == [result.key, Digest.of("f1")])
    #expect(uses.seconds == [result.key: 2.5])
    #expect(uses.objects == [Digest.of("log")])
    #expect(try scene.records.usesBesideKeys(of: "1").objects == uses.objects)
    #expect(try scene.records.seconds(of: result.key) == 2.5)
    #expect(try scene.records.seconds(of: Digest.of("f1")) == nil)
  }
}
