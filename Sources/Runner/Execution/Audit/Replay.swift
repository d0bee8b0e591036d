internal import Foundation
internal import PipelineDSL
internal import Store

/// Runs cells of a recorded run again, outside the store, and compares the results.
///
/// Inputs are read from the store; outputs go to a separate store in a scratch folder that is
/// removed at the end, and no key is published.
struct Replay {
  /// A cell that is to run again.
  struct Candidate {
    let cell: Cell
    let record: KeyRecord
  }

  let request: ReplayRequest
  let run: AuditedRun
  let keys: [Digest: KeyRecord]
  let faults: [Digest: ObjectProblem]
  let pipeline: Pipeline
  let catalogue: Catalogue
  let cache: ActionCache
  let records: RunRecords
  /// Whether a signal ended it.
  private(set) var isInterrupted = false

  private let root: String
  private var runner: JobRunner
  private var jobs: [Int: WorkerJob] = [:]
  private var candidates: [Int: Candidate] = [:]
  private var check = AuditCheck("replay")
  private var same = 0
  private var executed = 0

  init(
    request: ReplayRequest, run: AuditedRun, keys: [Digest: KeyRecord],
    faults: [Digest: ObjectProblem], pipeline: Pipeline, catalogue: Catalogue, cache: ActionCache,
    records: RunRecords
  ) throws(RunError) {
    (self.request, self.run, self.keys, self.faults) = (request, run, keys, faults)
    (self.pipeline, self.catalogue, self.cache) = (pipeline, catalogue, cache)
    self.records = records
    runner = JobRunner(
      machine: request.machine, jobs: request.jobs,
      pool: WorkerPool(executable: request.executable, environment: request.environment),
      clock: { ProcessInfo.processInfo.systemUptime })
    root = "\(cache.layout.scratch)/audit-\(RunRecords.newRunID(at: Date().timeIntervalSince1970))"
    if let stage = request.stage, pipeline.stage(stage) == nil {
      let near = NearestName.hint(for: stage, among: pipeline.stages.map(\.name))
      throw .usage("the run's pipeline has no stage '\(stage)'\(near)")
    }
  }

  /// Runs the chosen cells to the end or to a signal.
  mutating func execute(_ observe: (String) -> Void) throws(RunError) -> AuditCheck {
    let stop = try StopSignal()
    let all = collect()
    let chosen = request.choose(among: all.map(\.record.key)).map { all[$0] }
    check.count("cells", all.count)
    check.count("chosen", chosen.count)
    var plan = ReplayPlan(
      run: run, keys: keys, faults: faults, pipeline: pipeline, catalogue: catalogue,
      cache: cache, records: records, cells: chosen.map(\.cell), threads: request.machine.processors
    )
    for candidate in chosen {
      let index = candidate.cell.index
      switch plan.job(for: candidate, below: root) {
      case .success(let job):
        jobs[index] = job
        candidates[index] = candidate
        runner.add(index)
      case .failure(let reason):
        check.notes.append("\(candidate.cell.name) cannot run again: \(reason.text)")
      }
    }
    defer { try? FileManager.default.removeItem(atPath: root) }
    do throws(RunError) {
      try loop(stop, observe)
    } catch {
      runner.endAll(grace: 1)
      throw error
    }
    runner.endAll(grace: 1)
    check.count("executed", executed)
    check.count("same", same)
    return check
  }

  /// The cells with a result, one per key.
  private func collect() -> [Candidate] {
    var seen: Set<Digest> = []
    return run.results.compactMap { row in
      guard let key = row.key, let record = keys[key], let cell = pipeline.cell(named: row.cell),
        request.stage == nil || request.stage == cell.stage, seen.insert(key).inserted
      else { return nil }
      return Candidate(cell: cell, record: record)
    }
  }

  private mutating func loop(
    _ stop: borrowing StopSignal, _ observe: (String) -> Void
  ) throws(RunError) {
    let cells = pipeline.cells
    while runner.isRunning || !runner.isIdle {
      while let (index, share) = runner.next({ cells[$0].resources }) {
        guard let job = jobs[index] else { continue }
        try runner.start(
          job.with(threads: share.processors), for: index,
          limit: cells[index].resources.time)
      }
      guard runner.isRunning else { continue }
      let (events, signalled) = runner.wait(also: stop.reading, milliseconds: 200)
      if signalled, stop.take() {
        isInterrupted = true
        return
      }
      for (index, event) in events {
        switch event {
        case .progress, .metrics: continue
        case .done(let result, let job): try compare(index, result, job, observe)
        case .failed(let failure, let job): fail(index, failure, job, observe)
        }
      }
    }
  }

  // MARK: Ends

  private mutating func fail(
    _ index: Int, _ failure: JobRunner.Failure, _ job: JobRunner.Ended,
    _ observe: (String) -> Void
  ) {
    try? FileManager.default.removeItem(atPath: job.attempt)
    let name = pipeline.cells[index].name
    let reason = failure.hint.map { "\(failure.reason); \($0)" } ?? failure.reason
    check.report(
      .replay, name, expected: "the recorded result", found: "a failure: \(reason)")
    observe("failed    \(name)  (\(reason))")
  }

  private mutating func compare(
    _ index: Int, _ result: WorkerResult, _ job: JobRunner.Ended, _ observe: (String) -> Void
  ) throws(RunError) {
    try? FileManager.default.removeItem(atPath: job.attempt)
    guard let candidate = candidates[index] else { return }
    executed += 1
    let (cell, record) = (candidate.cell, candidate.record)
    let found = KeyRecord(
      kind: record.kind, revision: record.revision, preImage: (try? record.preImage) ?? .null,
      artifacts: Dictionary(
        uniqueKeysWithValues: record.artifacts.compactMap { port, artifact in
          result.artifacts[port].map {
            (
              port,
              KeyRecord.Artifact(type: artifact.type, digest: $0.digest, bytes: $0.bytes)
            )
          }
        }), metrics: result.metrics)
    let comparators = Dictionary(
      cell.ports.outputs.map { ($0.name, $0.comparator) }
    ) { first, _ in first }
    let rows: [DivergenceRow]
    do throws(StoreError) {
      let beside = ObjectStore(try StoreLayout(root: root + "/store"))
      rows = Divergences(existing: cache.objects, found: beside).rows(
        from: record, to: found, cell: cell, run: nil
      ) { comparators[$0] ?? .bytes }
      for row in rows { try records.add(row) }
    } catch {
      throw .store(error)
    }
    for row in rows {
      let file = row.file.map { ", first in \($0)" } ?? ""
      check.report(
        .replay, "\(cell.name), '\(row.port)'", expected: row.existing, found: row.found + file)
      observe("differs   \(cell.name): '\(row.port)'\(file)")
    }
    if rows.isEmpty {
      same += 1
      observe(String(format: "same      %@  (%.1f s)", cell.name, job.seconds))
    }
  }
}
