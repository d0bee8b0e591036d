internal import PipelineDSL
internal import Statistics

/// Metrics of the test samples of all folds together, beside the mean of the folds' AUC.
///
/// The pooled AUC ranks scores of different models against each other, which are not on one scale: it
/// is biased, usually down (Airola et al. 2011, Forman and Scholz 2010). The mean of the folds' AUC is
/// not, so it comes first.
struct PooledMetrics: Sendable {
  /// The folds of one group.
  private struct Group: Sendable {
    /// The values of the axes of groups, by axis.
    var coordinates: [String: String]
    /// The predictions of each fold, with the fold's name.
    var folds: [(fold: String, set: PredictionSet)] = []
  }

  /// The area of the folds, as `evaluate` names it.
  private static let area = "test/macro-auc"
  /// The pooled metrics of the table, in order; the area, which is biased, comes before them.
  private static let columns = [
    "accuracy", "macro-f1", "macro-f1-present", "weighted-f1", "macro-precision",
    "macro-sensitivity", "macro-specificity", "loss",
  ]

  /// `pooled.csv`: one row per group of folds.
  private(set) var table: CSVTable
  /// The metrics, under the names of the groups.
  private(set) var numbers: [String: Double] = [:]

  /// Pools predictions over the axis of their folds.
  ///
  /// Throws if a sample is in the test part of two folds of a group, if the folds know different
  /// classes, or if one has no test samples.
  init(
    _ artifacts: [InputArtifact], repeats: String, confidence: Double
  ) throws(StageError) {
    guard !artifacts.isEmpty else {
      throw StageError(
        "nothing is connected to input 'predictions', which 'pool' needs",
        hint: "let 'needs' name a stage that produces predictions, such as evaluate")
    }
    let axes = Set(artifacts.flatMap(\.coordinates.keys)).subtracting([repeats]).sorted()
    var groups: [Group] = []
    for artifact in artifacts {
      let all = artifact.coordinates.mapValues(Compare.text)
      guard let fold = all[repeats] else {
        throw StageError(
          "the predictions of '\(artifact.stage)' do not vary along '\(repeats)', the axis of "
            + "'repeats'", hint: "leave 'pool' out, or pool predictions of each fold")
      }
      let own = all.filter { $0.key != repeats }
      let member = ("\(repeats)=\(fold)", try PredictionSet(artifact))
      if let place = groups.firstIndex(where: { $0.coordinates == own }) {
        groups[place].folds.append(member)
      } else {
        groups.append(Group(coordinates: own, folds: [member]))
      }
    }
    table = CSVTable(
      columns: axes + ["n", "samples"] + ["mean", "low", "high"].map { "\($0)/\(Self.area)" }
        + ["pooled/macro-auc (biased)"] + Self.columns.map { "pooled/\($0)" })
    for group in groups { try add(group, axes, confidence) }
  }

  private mutating func add(
    _ group: Group, _ axes: [String], _ confidence: Double
  ) throws(StageError) {
    let name = axes.compactMap { axis in group.coordinates[axis].map { "\(axis)=\($0)" } }
      .joined(separator: ",")
    let prefix = name.isEmpty ? "" : name + "/"
    let pooled = try Self.report(of: group.folds.map { ($0.fold, $0.set) }, called: name)
    var areas: [Double] = []
    for fold in group.folds {
      let own = try Self.report(of: [(fold.fold, fold.set)], called: name)
      if let area = own.metrics["macro-auc"] { areas.append(area) }
    }
    let metrics = pooled.metrics.mapValues(ComparisonTable.rounded)
    for (metric, value) in metrics { numbers["\(prefix)pooled/\(metric)"] = value }
    let mean = areas.isEmpty ? nil : MeanInterval(of: areas, confidence: confidence)
    let bounds = mean?.bounds
    // As the comparison of metrics names and computes them.
    numbers["\(prefix)mean/\(Self.area)"] = mean?.mean
    numbers["\(prefix)low/\(Self.area)"] = bounds.map { ComparisonTable.rounded($0.lowerBound) }
    numbers["\(prefix)high/\(Self.area)"] = bounds.map { ComparisonTable.rounded($0.upperBound) }
    table.append(
      axes.map { group.coordinates[$0] ?? "" } + [String(group.folds.count), String(pooled.count)]
        + [ComparisonTable.text(mean?.mean)]
        + [bounds?.lowerBound, bounds?.upperBound].map(ComparisonTable.roundedText)
        + (["macro-auc"] + Self.columns).map { ComparisonTable.text(metrics[$0]) })
  }

  /// The report of the test samples of some folds together.
  private static func report(
    of folds: [(fold: String, set: PredictionSet)], called name: String
  ) throws(StageError) -> ClassificationReport {
    let place = name.isEmpty ? "" : " of \(name)"
    let classes = folds.first?.set.classes ?? []
    let index = Dictionary(uniqueKeysWithValues: zip(classes, classes.indices))
    var owner: [String: String] = [:]
    var (truths, logits): ([Int], [[Float]]) = ([], [])
    for (fold, set) in folds {
      guard set.classes == classes else {
        throw StageError(
          "\(fold)\(place) knows the classes \(set.classes.joined(separator: ", ")), the first fold "
            + classes.joined(separator: ", "), hint: "pool models of the same classes")
      }
      let rows = set.rows.filter { $0.part == .test }
      guard !rows.isEmpty else {
        throw StageError("\(fold)\(place) has no predictions of test samples")
      }
      for row in rows {
        if let other = owner.updateValue(fold, forKey: row.id) {
          throw StageError(
            "sample \(row.id) is in the test part of \(other) and of \(fold)\(place): 'pool' needs "
              + "each sample in the test part of one fold",
            hint: "pool over an axis of folds, or leave 'pool' out")
        }
        guard let truth = index[row.label] else {
          throw StageError(
            "sample \(row.id) is labelled '\(row.label)', which \(fold)\(place) does not know")
        }
        truths.append(truth)
        logits.append(row.logits)
      }
    }
    return ClassificationReport(classes: classes, truths: truths, logits: logits)
  }
}
