internal import Foundation
internal import Neural
internal import PipelineDSL

/// The history of a model's training: one row per epoch, and the metrics of the kept epoch.
struct TrainingHistory {
  private let stages: [FineTuneTraining.Stage]
  private let maximumGap: Double
  private let cleanSamples: Int
  /// The index of the training phase whose best epoch is kept: the second only if its validation F1
  /// is higher, or equal at a lower monitored number.
  let bestStage: Int

  /// Creates a history of stages in which `cleanSamples` training images were scored clean.
  init(
    _ stages: [FineTuneTraining.Stage], _ monitor: Monitor, maximumGap: Double, cleanSamples: Int
  ) {
    (self.stages, self.maximumGap, self.cleanSamples) = (stages, maximumGap, cleanSamples)
    let scores = stages.map { $0.history[$0.bestEpoch].validation }
    bestStage = scores.indices.dropFirst().reduce(0) { best, next in
      scores[next].isBetter(than: scores[best], monitor) ? next : best
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
      (part + "/loss", scores.loss), (part + "/nll", scores.nll),
      (part + "/accuracy", scores.accuracy), (part + "/macro-f1", scores.macroF1),
      (part + "/macro-f1-present", scores.macroF1Present),
    ]
  }

  /// The kept epoch.
  private var best: EpochRecord { stages[bestStage].history[stages[bestStage].bestEpoch] }

  /// The metrics of the kept epoch and of the first.
  ///
  /// F1 in training is that of the clean training images, in evaluation mode: mixed images, which
  /// have two labels, and dropout would make it too low. The gap is the drop from it to validation, of
  /// F1 over present classes: a class without validation samples is not a gap.
  /// Paper A's acceptance rule: both F1 rose since the first epoch, and the gap is at most
  /// `maximumGap`.
  var metrics: [String: Double] {
    let before = stages[..<bestStage].reduce(0) { $0 + $1.history.count }
    var metrics = [
      "best/epoch": Double(before + best.epoch), "best/stage": Double(bestStage + 1),
      "epochs": Double(stages.reduce(0) { $0 + $1.history.count }),
      "clean-samples": Double(cleanSamples),
    ]
    func add(_ epoch: String, _ part: String, _ scores: EpochRecord.Scores) {
      for (name, value) in Self.scores(part, scores) { metrics["\(epoch)/\(name)"] = value }
    }
    add("best", "train", best.train)
    add("best", "validation", best.validation)
    guard let first = stages.first, let start = first.firstClean,
      let clean = stages[bestStage].bestClean
    else { return metrics }
    let validation = first.history[0].validation
    add("first", "clean", start)
    add("first", "validation", validation)
    add("best", "clean", clean)
    let gap = clean.macroF1Present - best.validation.macroF1Present
    let rose =
      clean.macroF1 > start.macroF1 && best.validation.macroF1 > validation.macroF1
    metrics["best/gap"] = gap
    metrics["best/accepted"] = rose && gap <= maximumGap ? 1 : 0
    return metrics
  }

  /// A validation number of the kept epoch that is more than twice that of guessing; `nil` if there
  /// is none.
  ///
  /// Equal probabilities have the negative log-likelihood ln(classes), and a loss of at most that
  /// times the largest class weight (at least 1).
  func divergence(classes: Int, largestWeight: Double) -> (name: String, value: Double)? {
    let guess = log(Double(classes))
    let scores = best.validation
    if scores.loss > 2 * guess * max(1, largestWeight) { return ("loss", scores.loss) }
    return scores.nll > 2 * guess ? ("negative log-likelihood", scores.nll) : nil
  }

  /// Writes history.csv and metrics.json, and records the latter.
  func write(to folder: String, _ events: any StageEvents) throws(StageError) {
    var table = CSVTable(
      columns: HistoryFormat.columns
        + (stages.first?.history.first.map(Self.numbers)?.map(\.name) ?? []))
    for (number, stage) in stages.enumerated() {
      for record in stage.history {
        table.append(
          [String(table.rows.count), String(number + 1)]
            + Self.numbers(record).map { JSONCanonicalForm.text(of: $0.value) })
      }
    }
    try writeFile(table.bytes, folder + "/" + HistoryFormat.file)
    try writeFile(MetricsFile.bytes(of: metrics), folder + "/" + MetricsFile.name)
    events.record(metrics)
  }
}
