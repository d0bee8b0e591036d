internal import Foundation
internal import Neural
internal import PipelineDSL

/// The history of a model's training: one row per epoch, and the metrics of the kept epoch.
struct TrainingHistory {
  /// The file with one row per epoch.
  static let file = "history.csv"

  private let stages: [FineTuneTraining.Stage]
  private let maximumGap: Double
  /// The index of the training phase whose best epoch is kept: the second only if its validation F1
  /// is higher, or equal at a lower loss.
  let bestStage: Int

  init(_ stages: [FineTuneTraining.Stage], maximumGap: Double) {
    (self.stages, self.maximumGap) = (stages, maximumGap)
    let scores = stages.map { $0.history[$0.bestEpoch].validation }
    bestStage = scores.indices.dropFirst().reduce(0) { best, next in
      (scores[next].macroF1, -scores[next].loss) > (scores[best].macroF1, -scores[best].loss)
        ? next : best
    }
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
      (part + "/macro-f1", scores.macroF1), (part + "/macro-f1-present", scores.macroF1Present),
    ]
  }

  /// Paper A's acceptance rule: F1 rose in training and in validation since the first epoch, and
  /// drops by at most `maximumGap` from training to validation.
  ///
  /// The drop is that of F1 over present classes: a class without validation samples is no gap.
  private func isAccepted(_ record: EpochRecord) -> Bool {
    guard let first = stages.first?.history.first else { return false }
    return record.train.macroF1 > first.train.macroF1
      && record.validation.macroF1 > first.validation.macroF1
      && Self.gap(record) <= maximumGap
  }

  private static func gap(_ record: EpochRecord) -> Double {
    record.train.macroF1Present - record.validation.macroF1Present
  }

  /// The metrics of the kept epoch; the gap is the drop of F1 from training to validation.
  var metrics: [String: Double] {
    let stage = stages[bestStage]
    let record = stage.history[stage.bestEpoch]
    let before = stages[..<bestStage].reduce(0) { $0 + $1.history.count }
    let named = (Self.scores("train", record.train) + Self.scores("validation", record.validation))
      .map { ("best/" + $0.name, $0.value) }
    return Dictionary(named) { first, _ in first }.merging(
      [
        "best/epoch": Double(before + record.epoch), "best/stage": Double(bestStage + 1),
        "best/gap": Self.gap(record),
        "best/accepted": isAccepted(record) ? 1 : 0,
        "epochs": Double(stages.reduce(0) { $0 + $1.history.count }),
      ]) { first, _ in first }
  }

  /// Whether the kept epoch is far worse than guessing: its validation loss is more than twice the
  /// loss of equal probabilities, which is ln(classes) times the largest class weight (at least 1).
  func diverged(classes: Int, largestWeight: Double) -> Bool {
    let stage = stages[bestStage]
    let guess = log(Double(classes)) * max(1, largestWeight)
    return stage.history[stage.bestEpoch].validation.loss > 2 * guess
  }

  /// Writes history.csv and metrics.json, and records the latter.
  func write(to folder: String, _ events: any StageEvents) throws(StageError) {
    var table = CSVTable(
      columns: ["epoch", "stage"]
        + (stages.first?.history.first.map(Self.numbers)?.map(\.name) ?? []))
    for (number, stage) in stages.enumerated() {
      for record in stage.history {
        table.append(
          [String(table.rows.count), String(number + 1)]
            + Self.numbers(record).map { JSONCanonicalForm.text(of: $0.value) })
      }
    }
    try writeFile(table.bytes, folder + "/" + Self.file)
    try writeFile(MetricsFile.bytes(of: metrics), folder + "/" + MetricsFile.name)
    events.record(metrics)
  }
}
