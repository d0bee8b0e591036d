internal import PipelineDSL

/// How well saliency finds nuclei, per image and on average.
///
/// All scores added must have the report's names.
struct SaliencyReport: Sendable {
  private struct Entry: Sendable {
    var method: String
    var prediction: ExplainedModel.Prediction
    var predicted: String
    var scores: SaliencyScores
    var fit: Double?
  }

  private var entries: [Entry] = []
  private let names: [String]

  /// An empty report of scores with given names.
  init(scores names: [String] = SaliencyScores.names(withCytoplasm: false)) { self.names = names }

  /// Adds the scores of one image, and the fit of a linear explanation.
  mutating func add(
    _ scores: SaliencyScores, method: String, _ prediction: ExplainedModel.Prediction,
    predicted: String, fit: Double? = nil
  ) {
    entries.append(
      Entry(
        method: method, prediction: prediction, predicted: predicted, scores: scores, fit: fit))
  }

  /// `saliency.csv`: one row per image and method, in the order they were added.
  var table: CSVTable {
    CSVTable(
      columns: ["id", "method", "label", "predicted", "right"] + names + ["fit"],
      rows: entries.map { entry in
        [
          entry.prediction.sample.id, entry.method, entry.prediction.sample.label,
          entry.predicted, String(entry.prediction.isRight),
        ] + entry.scores.values.map { decimal($0, 6) } + [entry.fit.map { decimal($0, 6) } ?? ""]
      })
  }

  /// The means by method, and by method and label: `grad-cam/pixel-auroc/ALL`.
  var metrics: [String: Double] {
    var metrics: [String: Double] = [:]
    func add(_ entries: [Entry], _ method: String, _ suffix: String) {
      metrics["\(method)/images\(suffix)"] = Double(entries.count)
      for (position, name) in names.enumerated() {
        let sum = entries.reduce(0) { $0 + $1.scores.values[position] }
        metrics["\(method)/\(name)\(suffix)"] = sum / Double(entries.count)
      }
    }
    for method in Set(entries.map(\.method)).sorted() {
      let all = entries.filter { $0.method == method }
      add(all, method, "")
      for label in Set(all.map(\.prediction.sample.label)).sorted() {
        add(all.filter { $0.prediction.sample.label == label }, method, "/\(label)")
      }
    }
    return metrics
  }
}
