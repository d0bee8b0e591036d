import PipelineDSL
import TestSupport
import Testing

@testable import Store

struct RunRecordsQueriesTests {
  private func records(_ folder: TemporaryFolder) throws -> RunRecords {
    let records = try folder.records()
    for (id, pipeline) in [
      ("20261121-231501-ab12cd", "five-class"), ("20261122-080000-ab12ce", "nightly"),
      ("20261122-090000-ff0000", "five-class"),
    ] {
      try SampleRun(id: id, pipeline: pipeline).record(in: records)
    }
    return records
  }

  @Test func listsNewestFirst() throws {
    let folder = try TemporaryFolder()
    let records = try records(folder)
    #expect(try records.runs(limit: 2).map(\.run.host) == ["bench", "bench"])
    #expect(
      try records.runs().map(\.run.id) == [
        "20261122-090000-ff0000", "20261122-080000-ab12ce", "20261121-231501-ab12cd",
      ])
    #expect(try records.runs(pipeline: "nightly").map(\.run.id) == ["20261122-080000-ab12ce"])
    #expect(try records.runs(limit: 0) == [])
  }

  @Test(
    arguments: [
      ("latest", "20261122-090000-ff0000"), ("latest~0", "20261122-090000-ff0000"),
      ("latest~1", "20261122-080000-ab12ce"), ("20261121", "20261121-231501-ab12cd"),
      ("20261122-09", "20261122-090000-ff0000"),
      ("20261122-080000-ab12ce", "20261122-080000-ab12ce"),
      ("latest:nightly", "20261122-080000-ab12ce"),
      ("latest:five-class", "20261122-090000-ff0000"),
      ("latest:five-class~1", "20261121-231501-ab12cd"),
    ])
  func findsARunByReference(reference: String, id: String) throws {
    let folder = try TemporaryFolder()
    #expect(try records(folder).run(reference).run.id == id)
  }

  @Test func listsPipelines() throws {
    let folder = try TemporaryFolder()
    #expect(try records(folder).pipelines() == ["five-class", "nightly"])
  }

  @Test func findsWithinAPipeline() throws {
    let folder = try TemporaryFolder()
    let records = try records(folder)
    #expect(
      try records.run("latest~1", pipeline: "five-class").run.id == "20261121-231501-ab12cd")
  }

  @Test(
    arguments: [
      ("latest~3", "no run 'latest~3': too few runs are recorded"),
      (
        "20261122",
        "several runs begin with '20261122': 20261122-080000-ab12ce, 20261122-090000-ff0000"
      ),
      ("besst", "no run 'besst'; did you mean 'best'?"),
      ("latest~x", "no run 'latest~x'"), ("%", "no run '%'"),
      ("latest:nightly~1", "no run 'latest:nightly~1': too few runs of 'nightly' are recorded"),
      (
        "latest:nihgtly",
        "no run 'latest:nihgtly': the record has no pipeline 'nihgtly'; did you mean 'nightly'?"
      ),
    ])
  func explainsWhyNoRunIsFound(reference: String, reason: String) throws {
    let folder = try TemporaryFolder()
    let records = try records(folder)
    try records.add(EventRow(run: "20261121-231501-ab12cd", kind: "tag", subject: "best", at: 1))
    let error = #expect(throws: StoreError.self) { try records.run(reference) }
    #expect(error?.reason == reason)
  }

  @Test func latestTagEventCounts() throws {
    let folder = try TemporaryFolder()
    let records = try records(folder)
    let (one, two) = ("20261121-231501-ab12cd", "20261122-080000-ab12ce")
    try records.add(EventRow(run: one, kind: "tag", subject: "best", at: 1))
    #expect(try records.run("best").run.id == one)
    try records.add(EventRow(run: two, kind: "tag", subject: "best", at: 2))
    #expect(try records.run("best").run.id == two)
    try records.add(EventRow(run: two, kind: "untag", subject: "best", at: 3))
    #expect(throws: StoreError.self) { try records.run("best") }
  }

  @Test func findsTheExecutionOfAKey() throws {
    let folder = try TemporaryFolder()
    let records = try records(folder)
    #expect(try records.execution(of: SampleRun.key)?.run == "20261122-090000-ff0000")
    #expect(try records.execution(of: Digest.of("unknown")) == nil)
  }

  @Test func listsEarlierKeysNewestFirst() throws {
    let folder = try TemporaryFolder()
    let records = try records(folder)
    let keys = try records.earlierKeys(stage: "scores", pipeline: "five-class", limit: 10)
    #expect(
      keys
        == ["20261122-090000-ff0000", "20261121-231501-ab12cd"].map {
          EarlierKey(cell: "scores@backbone=vgg16", key: SampleRun.key, run: $0)
        })
    #expect(try records.earlierKeys(stage: "scores", pipeline: "five-class", limit: 1).count == 1)
    #expect(try records.earlierKeys(stage: "none", pipeline: "five-class", limit: 1) == [])
  }

  @Test func storesThePipelineTextOnce() throws {
    let folder = try TemporaryFolder()
    let records = try records(folder)
    #expect(try records.pipelineText(Digest.of(SampleRun.text)) == SampleRun.text)
    #expect(try records.pipelineText(Digest.of("none")) == nil)
    #expect(try records.database.integer("SELECT count(*) FROM pipeline") == 1)
  }

  @Test func changedPipelineTextIsDamage() throws {
    let folder = try TemporaryFolder()
    let records = try records(folder)
    try records.database.execute(
      "DROP TRIGGER pipeline_refuses_update; UPDATE pipeline SET text = '{}'")
    let error = #expect(throws: StoreError.self) {
      try records.pipelineText(Digest.of(SampleRun.text))
    }
    #expect(error?.damaged == true)
  }

  @Test func listsEventsAndDivergencesOfAllRuns() throws {
    let folder = try TemporaryFolder()
    let records = try records(folder)
    try records.add(
      DivergenceRow(
        run: nil, cell: "c", key: SampleRun.key, port: "p", existing: "a", found: "b", at: 5))
    try records.add(EventRow(run: nil, kind: "gc", subject: "objects", at: 6))
    try records.add(
      DivergenceRow(
        run: nil, cell: "c", key: Digest.of("of no run"), port: "p", existing: "a", found: "b",
        file: "f", at: 5))
    #expect(try records.divergences().count == 5)
    #expect(try records.divergences().last?.file == "f")
    // What an audit found later for a run's keys is listed with the run.
    #expect(try records.divergences(run: "20261122-080000-ab12ce").map(\.run).last == .some(nil))
    #expect(try records.events().count == 4)
    #expect(try records.events().last?.run == nil)
    #expect(try records.events(run: "20261122-080000-ab12ce").count == 1)
  }

  @Test func invalidRowIsDamage() throws {
    let folder = try TemporaryFolder()
    let records = try records(folder)
    try records.database.execute(
      "INSERT INTO divergence VALUES (99, NULL, 'c', 'no digest', 'p', 'a', 'b', 1, NULL)")
    let error = #expect(throws: StoreError.self) { try records.divergences() }
    #expect(error?.damaged == true)
  }

  @Test func countsAttemptsSinceTheLastSuccess() throws {
    let folder = try TemporaryFolder()
    let records = try folder.records()
    let run = SampleRun(id: "r1")
    try records.begin(run.row, pipelineText: SampleRun.text)
    #expect(try records.attempts(at: SampleRun.key) == 0)
    for (attempt, status) in [(1, StageStatus.failed), (2, .interrupted)] {
      var row = run.stage("a", status)
      row.attempt = attempt
      row.end = status == .failed ? .signalled("SIGILL") : nil
      try records.add(row)
      #expect(try records.attempts(at: SampleRun.key) == attempt)
    }
    #expect(try records.stageRuns(run: "r1").map(\.end) == [.signalled("SIGILL"), nil])
    try records.add(run.stage("a", .executed))
    #expect(try records.attempts(at: SampleRun.key) == 0)
    try records.add(run.stage("a", .skipped))
    #expect(try records.attempts(at: SampleRun.key) == 0)
    _ = try records.finish(run: "r1", status: .unmet, exit: 1, finished: 2)
    #expect(try records.run("r1").end?.status == .unmet)
    #expect(try records.seal(of: "r1")?.isWhole == true && records.check().problems == [])
  }

  @Test func metricsOfSomeNames() throws {
    let folder = try TemporaryFolder()
    let records = try records(folder)
    let run = "20261121-231501-ab12cd"
    #expect(try records.metrics(run: run).map(\.metric.name) == ["loss", "loss", "kappa"])
    #expect(
      try records.metrics(run: run, names: ["loss", "\"'"]).map(\.metric.value) == [0.5, 0.25])
    #expect(try records.metrics(run: run, names: []).isEmpty)
  }

  @Test func executionsOfHitsAreTheLatest() throws {
    let folder = try TemporaryFolder()
    let records = try records(folder)
    let latest = try #require(try records.execution(of: SampleRun.key))
    // The run has a hit under the key, which every run of the record executed as well.
    let found = try records.executions(ofHitsIn: "20261121-231501-ab12cd")
    #expect(found == [SampleRun.key: latest])
    #expect(latest.run == "20261122-090000-ff0000")
    #expect(try records.executions(ofHitsIn: "nobody").isEmpty)
  }
}
