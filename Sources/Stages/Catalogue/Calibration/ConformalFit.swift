internal import PipelineDSL
internal import Statistics

/// Finds the thresholds of a conformal model from the calibration part.
struct ConformalFit {
  private let parameters: Conformal.Parameters
  private let data: CalibrationData
  private let context: StageContext
  private let rows: [CalibrationData.Row]

  /// Throws if the calibration part is empty or what the parameters ask for is not known.
  init(
    _ parameters: Conformal.Parameters, _ data: CalibrationData, _ context: StageContext
  ) throws(StageError) {
    (self.parameters, self.data, self.context) = (parameters, data, context)
    rows = data.rows(of: .calibration)
    guard !rows.isEmpty else {
      throw StageError(
        "the calibration part is empty: thresholds are fitted on it, since validation is spent on "
          + "choices",
        hint: "give 'fractions' of 'split' a fourth number, before that of test: "
          + "[0.7, 0.1, 0.1, 0.1]; for other methods set 'calibration'")
    }
    if parameters.by == .source, let row = data.rows.first(where: { $0.sample.source.isEmpty }) {
      throw StageError(
        "the source of sample \(row.sample.id) is unknown, and 'by' is source",
        hint: "connect the images beside the predictions")
    }
    for name in parameters.falseNegatives where !data.facts.classes.contains(name) {
      throw StageError(
        "'false-negatives' names '\(name)', which is not a class of the model",
        hint: NearestName.find(name, among: data.facts.classes).map { "did you mean '\($0)'?" }
          ?? "its classes are \(data.facts.classes.joined(separator: ", "))")
    }
  }

  /// The rule with all thresholds.
  func rule() -> ConformalRule {
    let settings = parameters.settings
    let seed = settings.randomised ? context.seed : 0
    let scoring = ConformalRule(
      settings: settings, seed: seed, condition: parameters.by, classes: data.facts.classes,
      levels: [], flag: nil)
    var scores: [String: [Double]] = [:]
    for name in groups { scores[name] = [] }
    for row in rows {
      scores[group(of: row), default: []].append(
        scoring.scores(row.logits, id: row.sample.id)[row.label])
    }
    let levels = parameters.levels.map { level in
      ConformalRule.Level(
        level: level,
        thresholds: scores.mapValues { ConformalThreshold($0, level: level).value })
    }
    for level in levels { warn(of: level, scores.mapValues(\.count)) }
    return ConformalRule(
      settings: settings, seed: seed, condition: parameters.by, classes: data.facts.classes,
      levels: levels, flag: flag())
  }

  /// The names of the thresholds of a level.
  private var groups: [String] {
    switch parameters.by {
    case .none: [""]
    case .byClass: data.facts.classes
    case .source: Set(rows.map(\.sample.source)).sorted()
    }
  }

  private func group(of row: CalibrationData.Row) -> String {
    switch parameters.by {
    case .none: ""
    case .byClass: data.facts.classes[row.label]
    case .source: row.sample.source
    }
  }

  /// Warns of thresholds that rest on too few samples.
  private func warn(of level: ConformalRule.Level, _ counts: [String: Int]) {
    let few = level.thresholds.filter { !$0.value.isFinite }.keys.sorted()
    guard !few.isEmpty else { return }
    let names = few.map { name in
      (name.isEmpty ? "" : "'\(name)': ") + "\(counts[name] ?? 0)"
    }
    let needed = ConformalThreshold.fewest(for: level.level)
    let effect =
      switch parameters.by {
      case .none: "every set has all classes"
      case .byClass: "every set has these classes"
      case .source: "sets of these sources have all classes"
      }
    context.events.warn(
      "level \(ConformalRule.text(level.level)) needs \(needed) calibration samples"
        + (parameters.by == .none ? "" : " of each \(parameters.by.rawValue)")
        + ", and there are too few (\(names.joined(separator: ", "))): \(effect)")
  }

  /// The threshold on the probability of the classes that must not be missed.
  private func flag() -> ConformalRule.Flag? {
    let names = parameters.falseNegatives
    guard !names.isEmpty else { return nil }
    let (classes, level) = (data.facts.classes, parameters.falseNegativeLevel)
    let positives = rows.filter { names.contains(classes[$0.label]) }
    let control = RiskControl(
      positives: positives.map { ConformalRule.share(of: names, classes, $0.logits) },
      level: level)
    let needed = RiskControl.fewest(for: level)
    if control.count < needed {
      context.events.warn(
        "'false-negative-level' \(ConformalRule.text(level)) needs \(needed) calibration samples of "
          + "\(names.joined(separator: ", ")), and there are \(control.count): every image is flagged"
      )
    }
    return ConformalRule.Flag(classes: names, level: level, threshold: control.threshold)
  }
}
