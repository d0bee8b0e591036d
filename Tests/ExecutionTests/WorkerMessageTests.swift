import PipelineDSL
import Testing

@testable import Execution

@Suite struct WorkerMessageTests {
  @Test func jobsRoundTripThroughJSON() throws {
    let digest = Digest.of("x")
    let job = WorkerJob(
      cell: "a@k=1", kind: "command", parameters: ["argv": ["true"]], seed: -3, threads: 2,
      inputs: [.init(port: "x", digest: digest, stage: "b", coordinates: ["k": 1])],
      locations: ["root": .init(digest: digest, root: "/data", isFile: false)],
      originals: [.init(digest: digest, root: "/data/one.csv", isFile: true)],
      outputs: ["files"], store: "/s", attempt: "/s/scratch/1", state: "/s/state/1", memo: 12,
      outputStore: "/s/scratch/store")
    let text = JSONCanonicalForm.text(of: job.json)
    #expect(!text.contains("\n"))
    let copy = try #require(WorkerJob(json: try JSONParser.parse(text)))
    #expect(copy.json == job.json)
    #expect(copy.inputs == job.inputs)
    #expect(copy.locations == job.locations)
    #expect(copy.originals == job.originals)
    #expect(copy.seed == -3 && copy.memo == 12 && copy.outputStore == "/s/scratch/store")
    #expect(copy.with(threads: 5).threads == 5 && copy.with(threads: 2).json == job.json)
  }

  @Test func resultsKeepNonFiniteNumbers() throws {
    var result = WorkerResult()
    result.artifacts["files"] = .init(digest: Digest.of("y"), bytes: 12)
    result.metrics = [
      StageMetric("loss", step: 3, .nan), StageMetric("top", .infinity), StageMetric("f1", 0.25),
    ]
    result.warnings = ["one\ntwo"]
    result.log = Digest.of("log")
    let text = JSONCanonicalForm.text(of: WorkerReply.done(result).json)
    guard case .done(let copy)? = WorkerReply(json: try JSONParser.parse(text)) else {
      Issue.record("no result came back")
      return
    }
    #expect(copy.metrics[0].value.isNaN)
    #expect(copy.metrics[0].step == 3)
    #expect(copy.metrics[1].value == .infinity)
    #expect(copy.metrics[2] == StageMetric("f1", 0.25))
    #expect(copy.warnings == ["one\ntwo"])
    #expect(copy.log == Digest.of("log"))
    #expect(copy.artifacts["files"]?.bytes == 12)
  }

  @Test func failuresAndProgressRoundTripThroughJSON() throws {
    let failed = WorkerReply.failed(reason: "no", hint: "yes", usage: WorkerUsage())
    guard case .failed("no", "yes", _)? = WorkerReply(json: failed.json) else {
      Issue.record("the failure changed on its way")
      return
    }
    let progress = StageProgress(3, of: 9, "epochs", remark: "loss 0.5")
    guard case .progress(progress)? = WorkerReply(json: WorkerReply.progress(progress).json) else {
      Issue.record("the progress changed on its way")
      return
    }
    let metrics = [StageMetric("loss", step: 1, 0.5), StageMetric("loss", step: 2, .infinity)]
    guard case .metrics(metrics)? = WorkerReply(json: WorkerReply.metrics(metrics).json) else {
      Issue.record("the metrics changed on their way")
      return
    }
  }

  @Test func invalidMessagesAreNil() {
    #expect(WorkerReply(json: ["hello": 1]) == nil)
    #expect(WorkerJob(json: ["cell": "a"]) == nil)
  }

  /// Negative counts, found by the fuzzer: the remaining work of a stage was computed from them.
  @Test(arguments: [
    #"{"progress":[-1,3]}"#, #"{"progress":[0,-9223372036854775808]}"#,
    #"{"done":{"artifacts":{},"metrics":[],"usage":[1,-1]}}"#,
    #"{"done":{"artifacts":{},"metrics":[],"usage":[-0.5,1]}}"#,
  ])
  func negativeCountsAreRejected(_ text: String) throws {
    #expect(WorkerReply(json: try JSONParser.parse(text)) == nil)
  }
}
