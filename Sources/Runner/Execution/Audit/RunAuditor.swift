public import PipelineDSL
public import Store

/// Checks a run's record against its seal, keys, inputs, pipeline and the objects it refers to.
///
/// Changes nothing, except that a replay with a different result is recorded as a divergence.
public struct RunAuditor {
  let catalogue: Catalogue
  let cache: ActionCache
  let records: RunRecords
  /// How many threads read objects.
  let threads: Int
  /// The version of this program, to recognise a run that another version made.
  let version: String

  /// An auditor of the runs in a record and the store they used.
  public init(
    catalogue: Catalogue, cache: ActionCache, records: RunRecords, threads: Int, version: String
  ) {
    (self.catalogue, self.cache, self.records) = (catalogue, cache, records)
    (self.threads, self.version) = (threads, version)
  }

  /// Audits a run given by its id, the beginning of its id, a tag or `latest`.
  ///
  /// - Parameters:
  ///   - reference: The run.
  ///   - expect: The first digits, at least eight, of a seal that was written down elsewhere.
  ///   - replay: Which cells to run again, if any.
  ///   - observe: Called with each line of a replay's progress.
  /// - Returns: What was checked and found.
  /// - Throws: An error if a file cannot be read at all, if the record has no such run, or if
  ///   `expect` cannot begin a seal or several seals begin with it.
  public func audit(
    _ reference: String, expect: String? = nil, replay: ReplayRequest? = nil,
    observe: (String) -> Void = { _ in }
  ) throws(RunError) -> AuditReport {
    let seals = try expect.map { digits throws(RunError) in try self.seals(beginning: digits) }
    var checks = [try checkRecord()]
    let summary: RunSummary
    do throws(StoreError) { summary = try records.run(reference) } catch {
      // A run that cannot be found because of damage is not a mistake in the command.
      var check = try checkSeals(nil, expect: nil, seals: [])
      let isDamage = error.damaged || !checks[0].problems.isEmpty || !check.problems.isEmpty
      guard isDamage else { throw .store(error) }
      check.report(
        .record, "run '\(reference)'", expected: "a run that can be read", found: "\(error)")
      return AuditReport(run: reference, pipeline: nil, seal: nil, checks: checks + [check])
    }
    checks.append(try checkSeals(summary, expect: expect, seals: seals ?? []))
    var report = AuditReport(
      run: summary.run.id, pipeline: summary.run.pipeline, seal: summary.end?.seal,
      checks: checks)
    let run: AuditedRun
    do throws(StoreError) { run = try AuditedRun(summary, records) } catch {
      var check = AuditCheck("rows")
      check.report(
        .record, "run \(summary.run.id)", expected: "rows that can be read", found: "\(error)")
      check.notes.append("objects, keys, inputs and pipeline were therefore not checked")
      report.checks.append(check)
      return report
    }
    var keys = KeyAudit(run: run, cache: cache, records: records)
    let keyCheck = keys.check()
    var objects = ObjectAudit(run: run, keys: keys.found, objects: cache.objects)
    report.checks.append(objects.check(threads: threads))
    report.checks.append(keyCheck)
    report.checks.append(InputAudit(run: run, keys: keys.found).check())
    let pipeline = PipelineAudit(
      run: run, keys: keys.found, catalogue: catalogue, records: records, version: version)
    let (check, resolved) = pipeline.check()
    report.checks.append(check)
    if let replay {
      guard let resolved else {
        throw .refused("nothing can run again: the pipeline of run \(run.id) has no cells")
      }
      var replayed = try Replay(
        request: replay, run: run, keys: keys.found, faults: objects.faults, pipeline: resolved,
        catalogue: catalogue, cache: cache, records: records)
      report.checks.append(try replayed.execute(observe))
      report.isInterrupted = replayed.isInterrupted
    }
    return report
  }

  private func checkRecord() throws(RunError) -> AuditCheck {
    let found: RecordCheck
    do throws(StoreError) { found = try records.check() } catch { throw .store(error) }
    var check = AuditCheck("record")
    check.count("rows", found.rows)
    check.count("definitions", found.definitions)
    check.count("pipeline texts", found.pipelines)
    for problem in found.problems { check.report(.record, problem) }
    return check
  }
}
