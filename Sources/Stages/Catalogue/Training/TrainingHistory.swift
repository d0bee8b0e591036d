internal import Neural
internal import PipelineDSL

/// What a training came to: a row an epoch, and the numbers of the epoch that was kept.
struct TrainingHistory {
  /// The file with a row an epoch.
  static let file = "history.csv"

  private let records: [EpochRecord]
  private let best: Int

  init(_ trainer: Trainer) {
    records = trainer.history
    best = trainer.bestEpoch ?? 0
  }

  /// The numbers of an epoch, in the order of the columns.
  static func numbers(_ record: EpochRecord) -> [(name: String, value: Double)] {
    [("learning-rate", record.learningRate)] + scores("train", record.train)
      + scores("validation", record.validation)
  }

  private static func scores(
    _ part: String, _ scores: EpochRecord.Scores
  ) -> [(name: String, value: Double)] {
    [
      (part + "/loss", scores.loss), (part + "/accuracy", scores.accuracy),
      (part + "/macro-f1", scores.macroF1),
    ]
  }

  /// The numbers of the kept epoch; the gap is by how much F1 falls from training to validation.
  var metrics: [String: Double] {
    let record = records[best]
    let named = (Self.scores("train", record.train) + Self.scores("validation", record.validation))
      .map { ("best/" + $0.name, $0.value) }
    return Dictionary(named) { first, _ in first }.merging(
      [
        "best/epoch": Double(best), "best/gap": record.train.macroF1 - record.validation.macroF1,
        "epochs": Double(records.count),
      ]) { first, _ in first }
  }

  /// Writes history.csv and metrics.json, and records the latter.
  func write(to folder: String, _ events: any StageEvents) throws(StageFailure) {
    let columns = records.first.map(Self.numbers)?.map(\.name) ?? []
    let rows = records.map { record in
      [String(record.epoch)] + Self.numbers(record).map { JSONCanonicalForm.text(of: $0.value) }
    }
    let table = CSVTable(columns: ["epoch"] + columns, rows: rows)
    try writeFile(table.bytes, folder + "/" + Self.file)
    try writeFile(MetricsFile.bytes(of: metrics), folder + "/" + MetricsFile.name)
    events.record(metrics)
  }
}
