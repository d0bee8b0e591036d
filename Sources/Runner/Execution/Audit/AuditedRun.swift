internal import PipelineDSL
internal import Store

/// Everything the record contains about a run, read once.
struct AuditedRun {
  let summary: RunSummary
  /// Every row of `stage_run`.
  let rows: [StageRunRow]
  /// The rows that have a result.
  let results: [StageRunRow]
  let artifacts: [Int: [ArtifactRow]]
  let metrics: [Int: [StageMetric]]
  let checks: [Int: [CheckRow]]
  /// Warnings by cell, in order.
  let warnings: [String: [String]]
  let edges: [EdgeRow]
  let parameters: [(name: String, value: JSONValue)]
  let environment: [String: String]

  var id: String { summary.run.id }

  init(_ summary: RunSummary, _ records: RunRecords) throws(StoreError) {
    self.summary = summary
    let id = summary.run.id
    rows = try records.stageRuns(run: id)
    results = rows.filter { $0.status == .hit || $0.status == .executed }
    artifacts = Dictionary(grouping: try records.artifacts(run: id), by: \.stageRun)
    metrics = Dictionary(grouping: try records.metrics(run: id), by: \.stageRun)
      .mapValues { $0.map(\.metric) }
    checks = Dictionary(grouping: try records.checks(run: id), by: \.stageRun)
    warnings = Dictionary(
      grouping: try records.events(run: id).filter { $0.kind == "warning" }, by: \.subject
    ).mapValues { $0.map(\.text) }
    edges = try records.edges(run: id)
    parameters = try records.parameters(run: id)
    environment = Dictionary(
      try records.environment(run: id).map { ($0.name, $0.value) }
    ) { first, _ in first }
  }

  /// The artifacts of the cells with a result: by cell, then by port.
  var given: [String: [String: Digest]] {
    var given: [String: [String: Digest]] = [:]
    for row in results {
      for artifact in artifacts[row.id] ?? [] {
        given[row.cell, default: [:]][artifact.port] = artifact.digest
      }
    }
    return given
  }
}
