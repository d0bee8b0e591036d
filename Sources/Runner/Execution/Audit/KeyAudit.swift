internal import PipelineDSL
internal import Store

/// Checks every key file of a run against its name, its own seal, and the run's rows.
struct KeyAudit {
  let run: AuditedRun
  let cache: ActionCache
  let records: RunRecords
  /// The key files that could be read; empty before the check.
  private(set) var found: [Digest: KeyRecord] = [:]

  init(run: AuditedRun, cache: ActionCache, records: RunRecords) {
    (self.run, self.cache, self.records) = (run, cache, records)
  }

  mutating func check() -> AuditCheck {
    var check = AuditCheck("keys")
    var seen: Set<Digest> = []
    for row in run.results {
      guard let key = row.key else {
        check.report(
          .key, "table stage_run, row \(row.id) (\(row.cell))", expected: "a key", found: "none")
        continue
      }
      if seen.insert(key).inserted { read(key, of: row.cell, &check) }
      if let record = found[key] {
        compare(record, to: row, &check)
        compareRest(record, to: row, &check)
      }
    }
    check.count("key files", seen.count)
    check.count("rows", run.results.count)
    let unsealed = run.results.count { $0.record == nil }
    if unsealed > 0 {
      check.notes.append(
        "\(unsealed) rows were made by a version of Assay that did not record the seals of key files: their "
          + "their warnings are checked only against the seals in the files themselves")
    }
    return check
  }

  private mutating func read(_ key: Digest, of cell: String, _ check: inout AuditCheck) {
    let path = cache.layout.file(for: key)
    let subject = "\(path) (\(cell))"
    do throws(StoreError) {
      guard let record = try cache.record(key) else {
        check.report(.key, subject, expected: "the result under the key", found: "no such file")
        return
      }
      found[key] = record
      let preImage = try record.preImage
      hold("kind", .string(record.kind), preImage["kind"])
      hold("revision", .integer(record.revision), preImage["revision"])
      let outputs = record.artifacts.map { "\($0.key):\($0.value.type.rawValue)" }
      hold(
        "outputs", outputs.sorted().json,
        preImage["outputs"]?.elements?.compactMap(\.text).sorted().json)
    } catch {
      check.report(
        .key, subject, expected: "a file as it was written", found: "one that \(error.reason)")
    }
    func hold(_ what: String, _ value: JSONValue, _ expected: JSONValue?) {
      guard value != expected else { return }
      check.report(
        .key, subject, expected: "\(what) \(text(expected)), as in its pre-image",
        found: text(value))
    }
    func text(_ value: JSONValue?) -> String { value.map(JSONCanonicalForm.text) ?? "none" }
  }

  /// Compares the file's artifacts and metrics with those that the run recorded for the cell.
  private func compare(_ record: KeyRecord, to row: StageRunRow, _ check: inout AuditCheck) {
    let subject = "\(cache.layout.file(for: record.key)) (\(row.cell))"
    func differs(_ what: String, recorded: String, file: String) {
      check.report(.key, subject, expected: "\(what) \(recorded), as recorded", found: file)
    }
    let artifacts = Dictionary(
      (run.artifacts[row.id] ?? []).map {
        ($0.port, KeyRecord.Artifact(type: $0.type, digest: $0.digest, bytes: $0.bytes))
      }
    ) { first, _ in first }
    for port in Set(artifacts.keys).union(record.artifacts.keys).sorted()
    where artifacts[port] != record.artifacts[port] {
      differs(
        "artifact '\(port)'", recorded: Self.text(artifacts[port]),
        file: Self.text(record.artifacts[port]))
    }
    let metrics = run.metrics[row.id] ?? []
    if let index = Self.firstDifference(metrics, record.metrics) {
      differs(
        "metric \(index)", recorded: Self.text(metrics, index),
        file: Self.text(record.metrics, index))
    }
  }

  /// Compares the log and the warnings, which may differ in a later result under the same key.
  private func compareRest(
    _ record: KeyRecord, to row: StageRunRow, _ check: inout AuditCheck
  ) {
    let subject = "\(cache.layout.file(for: record.key)) (\(row.cell))"
    func differs(_ what: String, recorded: String, file: String) {
      check.report(.key, subject, expected: "\(what) \(recorded), as recorded", found: file)
    }
    if let recorded = row.record, recorded != record.seal {
      // The result was lost with its objects, and another run in the record computed it again.
      if let other = try? records.hasRecorded(record.seal, under: record.key), other != run.id {
        check.notes.append(
          "\(row.cell): run \(other) computed the result again; log and warnings are from that run"
        )
      } else {
        differs("the file of seal", recorded: recorded.hex, file: "seal \(record.seal.hex)")
      }
      return
    }
    if row.status == .hit, row.log != record.log {
      differs("log", recorded: row.log?.hex ?? "none", file: record.log?.hex ?? "none")
    } else if row.log != record.log {
      check.notes.append(
        "\(row.cell): it ran although it was cached; the record has the log of this run")
    }
    let warnings = run.warnings[row.cell] ?? []
    if warnings != record.warnings {
      differs(
        "\(warnings.count) warnings", recorded: warnings.json.shown,
        file: record.warnings.json.shown)
    }
  }

  private static func text(_ artifact: KeyRecord.Artifact?) -> String {
    artifact.map { "\($0.type.rawValue) \($0.digest.hex) of \($0.bytes) bytes" } ?? "none"
  }

  private static func text(_ metrics: [StageMetric], _ index: Int) -> String {
    guard metrics.indices.contains(index) else { return "none" }
    let metric = metrics[index]
    return "\(metric.name)\(metric.step.map { " at \($0)" } ?? "") = \(metric.value)"
  }

  private static func firstDifference(_ a: [StageMetric], _ b: [StageMetric]) -> Int? {
    let place = zip(a, b).enumerated().first { _, pair in
      pair.0.name != pair.1.name || pair.0.step != pair.1.step
        || !(pair.0.value == pair.1.value || (pair.0.value.isNaN && pair.1.value.isNaN))
    }?.offset
    return place ?? (a.count == b.count ? nil : min(a.count, b.count))
  }
}

extension JSONValue {
  /// The value in canonical form, truncated to 200 characters.
  var shown: String {
    let text = JSONCanonicalForm.text(of: self)
    return text.count > 200 ? text.prefix(197) + "..." : text
  }
}
