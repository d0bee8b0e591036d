import PipelineDSL
import TestSupport
import Testing

@testable import Store

/// A small run with a row in every table.
struct SampleRun {
  let id: String
  var pipeline = "five-class"

  static let text = "{\"assay\": 1}"
  static let key = Digest.of("key")

  var row: RunRow {
    RunRow(
      id: id, pipeline: pipeline, pipelineDigest: Digest.of(Self.text),
      command: "assay run Pipelines/five-class.json", host: "bench", user: "ada", started: 1000.5)
  }

  func stage(_ cell: String, _ status: StageStatus = .executed) -> StageRunRow {
    var row = StageRunRow(
      run: id, cell: cell, stage: String(cell.prefix { $0 != "@" }), kind: "evaluate",
      key: Self.key, status: status, reason: "no result is stored under its key", started: 1001)
    (row.attempt, row.seconds, row.peakMemory, row.cpuSeconds) = (1, 2.5, 1 << 30, 2.25)
    (row.end, row.log, row.scratch) = (.exited(3), Digest.of("log"), "/scratch/1")
    return row
  }

  /// Records everything except the end; returns the number of the stage's row.
  @discardableResult
  func record(in records: RunRecords) throws -> Int {
    try records.begin(row, pipelineText: Self.text)
    try records.add(parameter: "seed", value: 17, run: id)
    try records.add(parameter: "data", value: "data", run: id)
    try records.add(environment: "kernel", value: "6.1", run: id)
    let number = try records.add(stage("scores@backbone=vgg16"))
    try records.add(stage("table", .hit))
    try records.add(
      ArtifactRow(
        stageRun: number, port: "metrics", type: .metrics, digest: Digest.of("m"), bytes: 99))
    try records.add(MetricRow(stageRun: number, metric: StageMetric("loss", step: 1, 0.5)))
    try records.add(MetricRow(stageRun: number, metric: StageMetric("loss", step: 2, 0.25)))
    try records.add(MetricRow(stageRun: number, metric: StageMetric("kappa", .nan)))
    try records.add(
      CheckRow(
        stageRun: number, metric: "kappa", relation: "at-least", threshold: 0.9, value: nil,
        met: false))
    try records.add(
      EdgeRow(from: "scores@backbone=vgg16", output: "metrics", to: "table", input: "metrics"),
      run: id)
    try records.add(
      DivergenceRow(
        run: id, cell: "table", key: Self.key, port: "metrics", existing: "aa", found: "bb",
        at: 1002))
    try records.add(EventRow(run: id, kind: "warning", subject: "table", text: "slow", at: 1003))
    return number
  }
}

extension TemporaryFolder {
  func records() throws -> RunRecords { try RunRecords(path: path + "/results/assay.sqlite") }
}
