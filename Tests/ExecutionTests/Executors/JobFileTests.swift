import PipelineDSL
import Store
import Testing

@testable import Execution

struct JobFileTests {
  @Test func filesRoundTrip() throws {
    let job = WorkerJob(
      cell: "a", kind: "give", parameters: [:], seed: 1, threads: 2, inputs: [], locations: [:],
      originals: [], outputs: ["files"], store: "s", attempt: "t", state: "u", memo: 3,
      key: Digest.of("k"))
    let file = JobFile(key: Digest.of("k"), run: "r", job: job, libraries: ["zlib": "1.2"])
    let copy = try #require(JobFile(file.bytes))
    #expect(copy.key == file.key && copy.run == "r" && copy.libraries == ["zlib": "1.2"])
    #expect(copy.job.json == job.json && copy.job.key == Digest.of("k"))
    #expect(JobFile(Array("{}".utf8)) == nil && JobFile([0xFF]) == nil)
  }

  @Test func resultsRoundTrip() throws {
    for ending in [
      JobResult.Ending.reply(.failed(reason: "x", hint: "y", usage: WorkerUsage())),
      .ended(.exited(3)), .ended(.signalled("SIGKILL")),
    ] {
      let result = JobResult(ending, node: "n1", started: 5, seconds: 2, attempt: "a")
      let copy = try #require(JobResult(result.bytes))
      #expect(copy.bytes == result.bytes && copy.node == "n1" && copy.attempt == "a")
    }
    #expect(JobResult(Array(#"{"node": "n", "started": 1}"#.utf8)) == nil)
  }

  @Test func namesOfAttemptsAreOrdered() throws {
    let key = Digest.of("k")
    let name = AttemptName(key: key, job: "12", restart: 1)
    let parsed = try #require(AttemptName.parse(name.file(.limit)))
    #expect(parsed.attempt == name && parsed.mark == .limit)
    for other in ["tasks", key.hex + ".job", "x.1.0.result", key.hex + ".1.a.result", ""] {
      #expect(AttemptName.parse(other) == nil)
    }
    #expect(AttemptName.precedes(.init(key: key, job: "9", restart: 5), name))
    #expect(AttemptName.precedes(.init(key: key, job: "12", restart: 0), name))
  }

  @Test func tasksRoundTrip() {
    let tasks = BatchTasks([[Digest.of("a"), Digest.of("b")], [Digest.of("c")]])
    #expect(BatchTasks(tasks.bytes) == tasks)
    #expect(tasks.task(of: Digest.of("c")) == 1 && tasks.task(of: Digest.of("d")) == nil)
  }
}
