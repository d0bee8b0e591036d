internal import Foundation
internal import PipelineDSL
internal import Store

/// Writes a run into the record as it happens.
///
/// A cell that ran is on disk before the next decision; hits, which are cheap to find again, are
/// collected and written in one transaction.
struct RunRecorder {
  /// The maximum number of hits per transaction: large, since each touches pages across the
  /// indexes, which are then written once; but limited, so that other runs do not wait for 100,000.
  static let gatheredHits = 10_000

  private let records: RunRecords
  private let run: String
  private var pendingHits: [(Cell, KeyRecord)] = []
  private(set) var counts: [StageStatus: Int] = [:]
  private(set) var unmet: [(cell: String, check: MetricCheck, value: Double?)] = []

  init(
    _ records: RunRecords, run: String, request: RunRequest, wanted: [Int], catalogue: Catalogue
  ) throws(RunError) {
    (self.records, self.run) = (records, run)
    let pipeline = request.pipeline
    let user = ProcessInfo.processInfo.environment["USER"] ?? String(getuid())
    let machine = Machine.description
    let row = RunRow(
      id: run, pipeline: pipeline.name, pipelineDigest: Digest.of(pipeline.text),
      command: ShellWords.joined(request.commandLine), host: machine["host"] ?? "",
      user: user, started: Date().timeIntervalSince1970)
    try Self.writing { () throws(StoreError) in
      try records.transaction { () throws(StoreError) in
        try records.begin(row, pipelineText: String(decoding: pipeline.text, as: UTF8.self))
        for member in pipeline.parameters.members {
          try records.add(parameter: member.name, value: member.value, run: run)
        }
        var facts = machine
        facts["host"] = nil
        facts["jobs"] = String(request.jobs)
        facts.merge(request.facts) { _, program in program }
        for kind in Set(wanted.map { pipeline.cells[$0].kind }) {
          facts.merge(catalogue[kind]?.libraries() ?? [:]) { first, _ in first }
        }
        for (name, value) in facts.sorted(by: { $0.key < $1.key }) {
          try records.add(environment: name, value: value, run: run)
        }
        for index in wanted {
          let cell = pipeline.cells[index]
          for input in cell.inputs {
            try records.add(
              EdgeRow(
                from: pipeline.cells[input.cell].name, output: input.output, to: cell.name,
                input: input.port), run: run)
          }
          for reference in cell.references {
            let text: JSONValue = [
              "metric": .string(reference.metric), "value": .number(reference.value),
              "source": .string(reference.source),
            ]
            try records.add(
              EventRow(
                run: run, kind: "reference", subject: cell.name,
                text: JSONCanonicalForm.text(of: text), at: row.started))
          }
        }
      }
    }
  }

  private static func writing<Value>(
    _ body: () throws(StoreError) -> Value
  ) throws(RunError) -> Value {
    do throws(StoreError) { return try body() } catch { throw .store(error) }
  }

  // MARK: Stages

  /// Records a hit; it is written with the next row that must be written at once.
  mutating func hit(
    _ cell: Cell, _ record: KeyRecord, _ observe: (RunEvent) -> Void
  ) throws(RunError) {
    counts[.hit, default: 0] += 1
    pendingHits.append((cell, record))
    // What the record counts includes the hits before this one.
    guard !cell.checks.contains(where: \.isOfRecord) else {
      let hits = takeHits()
      var rows: [Int] = []
      try write([]) { () throws(StoreError) in rows = try addHits(hits) }
      return try evaluateChecks(cell, record, at: rows.last, observe)
    }
    try evaluateChecks(cell, record, at: nil, observe)
    if pendingHits.count >= Self.gatheredHits { try flush() }
  }

  mutating func executed(
    _ cell: Cell, _ record: KeyRecord, reason: String, attempt: Int, _ job: JobRunner.Ended,
    usage: WorkerUsage, log: Digest?, _ observe: (RunEvent) -> Void
  ) throws(RunError) {
    counts[.executed, default: 0] += 1
    var row = row(cell, .executed, key: record.key, reason: reason, started: job.started)
    row.add(job, attempt: attempt, usage)
    // Its own log, even if an earlier result is kept under the key.
    row.log = log
    let hits = takeHits()
    var number: Int?
    try write(hits) { () throws(StoreError) in number = try add(row, record, cell) }
    try evaluateChecks(cell, record, at: number, observe)
  }

  mutating func failed(
    _ cell: Cell, key: Digest, _ report: StageReport, attempt: Int, _ job: JobRunner.Ended,
    _ failure: JobRunner.Failure, log: Digest?
  ) throws(RunError) {
    counts[.failed, default: 0] += 1
    var row = row(cell, .failed, key: key, reason: report.text, started: job.started)
    row.add(job, attempt: attempt, failure.usage)
    row.end = failure.end
    row.scratch = job.attempt
    row.log = log
    let hits = takeHits()
    try write(hits) { () throws(StoreError) in try records.add(row) }
  }

  /// Records that a cell failed in another run that this one waited for.
  mutating func failedElsewhere(
    _ cell: Cell, key: Digest, _ report: StageReport, log: Digest?
  ) throws(RunError) {
    counts[.failed, default: 0] += 1
    var row = row(
      cell, .failed, key: key, reason: report.text, started: Date().timeIntervalSince1970)
    row.scratch = report.attempt
    row.log = log
    let hits = takeHits()
    try write(hits) { () throws(StoreError) in try records.add(row) }
  }

  mutating func skipped(_ cells: [Cell], because reason: String) throws(RunError) {
    guard !cells.isEmpty else { return }
    counts[.skipped, default: 0] += cells.count
    let now = Date().timeIntervalSince1970
    let hits = takeHits()
    try write(hits) { () throws(StoreError) in
      for cell in cells {
        try records.add(row(cell, .skipped, key: nil, reason: reason, started: now))
      }
    }
  }

  /// Records the missing locations, and that the cells that need them could not run.
  mutating func missing(_ data: MissingData, _ pipeline: Pipeline) throws(RunError) {
    counts[.skipped, default: 0] += data.blocked.count
    let now = Date().timeIntervalSince1970
    try write([]) { () throws(StoreError) in
      for location in data.locations { try records.add(location.event(run: run, at: now)) }
      for (index, reason) in data.blocked.sorted(by: { $0.key < $1.key }) {
        try records.add(
          row(pipeline.cells[index], .skipped, key: nil, reason: reason, started: now))
      }
    }
  }

  mutating func interrupted(
    _ cell: Cell, key: Digest, reason: String, attempt: Int, _ job: JobRunner.Ended,
    end: ProcessEnd?
  ) throws(RunError) {
    counts[.interrupted, default: 0] += 1
    var row = row(cell, .interrupted, key: key, reason: reason, started: job.started)
    row.add(job, attempt: attempt, WorkerUsage())
    row.end = end
    row.scratch = job.attempt
    let hits = takeHits()
    try write(hits) { () throws(StoreError) in try records.add(row) }
  }

  func diverged(_ row: DivergenceRow) throws(RunError) {
    try Self.writing { () throws(StoreError) in try records.add(row) }
  }

  /// Ends and seals the run, with the hits that were not written yet.
  mutating func end(_ status: RunStatus, exit: Int) throws(RunError) {
    try write(takeHits()) { () throws(StoreError) in
      _ = try records.finish(
        run: run, status: status, exit: exit, finished: Date().timeIntervalSince1970)
    }
  }

  // MARK: Helpers

  private func row(
    _ cell: Cell, _ status: StageStatus, key: Digest?, reason: String, started: Double
  ) -> StageRunRow {
    StageRunRow(
      run: run, cell: cell.name, stage: cell.stage, kind: cell.kind, key: key, status: status,
      reason: reason, started: started)
  }

  /// Evaluates the checks of a cell; `row` is that of its stage run, for numbers of the record.
  private mutating func evaluateChecks(
    _ cell: Cell, _ record: KeyRecord, at row: Int?, _ observe: (RunEvent) -> Void
  ) throws(RunError) {
    for check in cell.checks {
      let value = try Self.writing { () throws(StoreError) in
        try Self.value(of: check, in: record, at: row, records)
      }
      observe(.checked(cell: cell.name, check, value: value))
      if !check.isMet(by: value) { unmet.append((cell.name, check, value)) }
    }
  }

  /// What a check compares: the last value of a metric, of a history that at the last step, or a
  /// number of the record up to a stage run.
  private static func value(
    of check: MetricCheck, in record: KeyRecord, at row: Int?, _ records: RunRecords
  ) throws(StoreError) -> Double? {
    guard check.isOfRecord else { return record.metrics.last { $0.name == check.metric }?.value }
    return try row.map { row throws(StoreError) in
      Double(try records.testEvaluations(upToStageRun: row).results)
    }
  }

  private mutating func takeHits() -> [(Cell, KeyRecord)] {
    defer { pendingHits = [] }
    return pendingHits
  }

  /// Writes pending hits and further rows in one transaction.
  private func write(
    _ hits: [(Cell, KeyRecord)], _ body: () throws(StoreError) -> Void
  ) throws(RunError) {
    try Self.writing { () throws(StoreError) in
      try records.transaction { () throws(StoreError) in
        try addHits(hits)
        try body()
      }
    }
  }

  private mutating func flush() throws(RunError) {
    guard !pendingHits.isEmpty else { return }
    try write(takeHits()) {}
  }

  /// Adds rows of hits; returns their numbers.
  @discardableResult
  private func addHits(_ hits: [(Cell, KeyRecord)]) throws(StoreError) -> [Int] {
    let now = Date().timeIntervalSince1970
    var numbers: [Int] = []
    for (cell, record) in hits {
      var row = row(
        cell, .hit, key: record.key, reason: "cached", started: now)
      row.log = record.log
      numbers.append(try add(row, record, cell))
    }
    return numbers
  }

  /// Adds the row of a cell and what belongs to it; returns its number.
  private func add(
    _ row: StageRunRow, _ record: KeyRecord, _ cell: Cell
  ) throws(StoreError) -> Int {
    var row = row
    row.record = record.seal
    let number = try records.add(row)
    for (port, artifact) in record.artifacts.sorted(by: { $0.key < $1.key }) {
      try records.add(
        ArtifactRow(
          stageRun: number, port: port, type: artifact.type, digest: artifact.digest,
          bytes: artifact.bytes))
    }
    for metric in record.metrics {
      try records.add(MetricRow(stageRun: number, metric: metric))
    }
    for check in cell.checks {
      let value = try Self.value(of: check, in: record, at: number, records)
      try records.add(
        CheckRow(
          stageRun: number, metric: check.metric, relation: check.relation.rawValue,
          threshold: check.threshold, value: value, met: check.isMet(by: value)))
    }
    for warning in record.warnings {
      try records.add(
        EventRow(
          run: run, kind: "warning", subject: cell.name, text: warning, at: row.started))
    }
    return number
  }
}

extension StageRunRow {
  /// Adds the time, processor time and memory of an attempt.
  fileprivate mutating func add(_ job: JobRunner.Ended, attempt: Int, _ usage: WorkerUsage) {
    self.attempt = attempt
    seconds = job.seconds
    peakMemory = usage.peakMemory
    cpuSeconds = usage.processorSeconds
    (node, self.job, queueSeconds) = (job.place?.node, job.place?.job, job.place?.queueSeconds)
  }
}
