internal import PipelineDSL
internal import Statistics

/// The sets of a conformal model, and how they cover the test part.
struct ConformalReport: Sendable {
  /// The names of the tables.
  static let (setsFile, flagsFile, coverageFile) = ("sets.csv", "flags.csv", "coverage.csv")
  /// The columns of `sets.csv`.
  static let setColumns = ["id", "part", "label", "level", "set", "size", "covers"]
  /// The columns of `flags.csv`.
  static let flagColumns = ["id", "part", "label", "probability", "flagged"]
  /// The columns of `coverage.csv`; low and high are the ends of an interval.
  static let coverageColumns = [
    "level", "by", "name", "threshold", "samples", "coverage", "coverage_low", "coverage_high",
    "size", "size_low", "size_high", "singletons", "empty",
  ]

  private let rule: ConformalRule
  private let data: CalibrationData
  private let confidence: Double
  /// The set of each sample at each level: levels x samples.
  private let sets: [[[Int]]]

  /// Computes the sets of all samples.
  init(_ rule: ConformalRule, _ data: CalibrationData, confidence: Double) {
    (self.rule, self.data, self.confidence) = (rule, data, confidence)
    let scores = data.rows.map { rule.scores($0.logits, id: $0.sample.id) }
    sets = rule.levels.map { level in
      zip(data.rows, scores).map { rule.set($1, level, source: $0.sample.source) }
    }
  }

  // MARK: Sets

  /// Writes the set of each sample, and whether it is flagged.
  func writeSets(to folder: String) throws(StageError) {
    var table = CSVTable(columns: Self.setColumns)
    for (level, sets) in zip(rule.levels, sets) {
      for (row, set) in zip(data.rows, sets) {
        table.append(
          fields(row)
            + [
              ConformalRule.text(level.level), rule.text(of: set), String(set.count),
              set.contains(row.label) ? "yes" : "no",
            ])
      }
    }
    try writeFile(table.bytes, folder + "/" + Self.setsFile)
    guard let flag = rule.flag else { return }
    var flags = CSVTable(columns: Self.flagColumns)
    for row in data.rows {
      let share = ConformalRule.share(of: flag.classes, rule.classes, row.logits)
      flags.append(fields(row) + [decimal(share, 6), share >= flag.threshold ? "yes" : "no"])
    }
    try writeFile(flags.bytes, folder + "/" + Self.flagsFile)
  }

  private func fields(_ row: CalibrationData.Row) -> [String] {
    [row.sample.id, row.part.rawValue, row.sample.label]
  }

  // MARK: Coverage

  /// How the sets of some samples cover their labels.
  private struct Coverage {
    let samples, covered, singletons, empty: Int
    let share: WilsonInterval
    let size: MeanInterval

    init(_ sets: [[Int]], _ labels: [Int], confidence: Double) {
      samples = sets.count
      covered = zip(sets, labels).count { $0.contains($1) }
      singletons = sets.count { $0.count == 1 }
      empty = sets.count { $0.isEmpty }
      share = WilsonInterval(successes: covered, of: samples, confidence: confidence)
      size = MeanInterval(of: sets.map { Double($0.count) }, confidence: confidence)
    }

    func part(_ count: Int) -> Double { Double(count) / Double(samples) }
  }

  /// The groups of test samples that are measured: all, by class and by source.
  private var groups: [(by: String, name: String, places: [Int])] {
    let test = data.rows.indices.filter { data.rows[$0].part == .test }
    var groups = [(by: "all", name: "", places: test)]
    for (index, name) in rule.classes.enumerated() {
      groups.append(("class", name, test.filter { data.rows[$0].label == index }))
    }
    for name in Set(test.map { data.rows[$0].sample.source }).sorted() where !name.isEmpty {
      groups.append(("source", name, test.filter { data.rows[$0].sample.source == name }))
    }
    return groups.filter { !$0.places.isEmpty }
  }

  private func coverage(_ places: [Int], level: Int) -> Coverage {
    Coverage(
      places.map { sets[level][$0] }, places.map { data.rows[$0].label }, confidence: confidence)
  }

  /// `coverage.csv`: one row per level and group of test samples.
  var coverageTable: CSVTable {
    var table = CSVTable(columns: Self.coverageColumns)
    for (index, level) in rule.levels.enumerated() {
      for group in groups {
        let found = coverage(group.places, level: index)
        let bounds = found.size.bounds
        table.append(
          [
            ConformalRule.text(level.level), group.by, group.name,
            threshold(level, group.by, group.name), String(found.samples),
          ]
            + [
              found.part(found.covered), found.share.low, found.share.high, found.size.mean,
              bounds?.lowerBound, bounds?.upperBound, found.part(found.singletons),
              found.part(found.empty),
            ].map(ComparisonTable.roundedText))
      }
    }
    return table
  }

  /// The threshold of a group; empty where there is not a single one.
  private func threshold(_ level: ConformalRule.Level, _ by: String, _ name: String) -> String {
    let isOwn = rule.condition == .none || rule.condition.rawValue == by
    let value = isOwn ? level.thresholds[rule.condition == .none ? "" : name] : nil
    return value.map { $0.isFinite ? ComparisonTable.roundedText($0) : "inf" } ?? ""
  }

  /// The numbers of `metrics.json`; those of test samples are there if the part has any.
  var metrics: [String: Double] {
    var metrics = ["calibration/samples": Double(data.rows(of: .calibration).count)]
    for (index, level) in rule.levels.enumerated() {
      let prefix = "test/level-\(ConformalRule.text(level.level))"
      for group in groups {
        let found = coverage(group.places, level: index)
        let name = group.by == "all" ? "" : "/\(group.by)/\(group.name)"
        metrics["\(prefix)/coverage\(name)"] = found.part(found.covered)
        metrics["\(prefix)/set-size\(name)"] = found.size.mean
        guard group.by == "all" else { continue }
        metrics["\(prefix)/coverage/low"] = found.share.low
        metrics["\(prefix)/coverage/high"] = found.share.high
        metrics["\(prefix)/set-size/low"] = found.size.bounds?.lowerBound
        metrics["\(prefix)/set-size/high"] = found.size.bounds?.upperBound
        metrics["\(prefix)/singletons"] = found.part(found.singletons)
        metrics["\(prefix)/empty"] = found.part(found.empty)
      }
    }
    for (name, value) in flagMetrics { metrics[name] = value }
    return metrics.mapValues(ComparisonTable.rounded)
  }

  /// The threshold, and the rates of false negatives and of false alarms in the test part.
  private var flagMetrics: [String: Double] {
    guard let flag = rule.flag else { return [:] }
    var metrics = ["false-negatives/threshold": flag.threshold]
    let test = data.rows(of: .test)
    for (isPositive, name) in [(true, "false-negatives"), (false, "false-positives")] {
      let rows = test.filter { flag.classes.contains($0.sample.label) == isPositive }
      guard !rows.isEmpty else { continue }
      let wrong = rows.count { rule.isFlagged($0.logits) != isPositive }
      let interval = WilsonInterval(successes: wrong, of: rows.count, confidence: confidence)
      metrics["test/\(name)/rate"] = Double(wrong) / Double(rows.count)
      metrics["test/\(name)/rate/low"] = interval.low
      metrics["test/\(name)/rate/high"] = interval.high
    }
    return metrics
  }
}
