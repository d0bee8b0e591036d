internal import PipelineDSL

/// The assignment of samples to parts.
///
/// Units are laid end to end in the order of their ranks, stratum by stratum, and cut at counts; a
/// unit that spans a cut goes to the side of its middle. Each cut is therefore off by at most half
/// of the largest unit (by less than 1 if samples are single), and a new image moves only the few
/// units at a cut. A part that is left empty takes a unit from another, as long as there are as many
/// units as parts, in each stratum and over all; with fewer units the split is refused.
///
/// If a source or a data set assigns different parts to samples of one unit, or a part to only some
/// of them, test takes precedence over calibration, calibration over validation and validation over
/// train, and the rest of the unit is left out: no test data is trained on.
struct Partition {
  private let parameters: Split.Parameters
  private let units: SplitUnits
  private let samples: [Sample]

  init(_ parameters: Split.Parameters, _ units: SplitUnits, _ samples: [Sample]) {
    (self.parameters, self.units, self.samples) = (parameters, units, samples)
  }

  /// The part of each sample, in order; `nil` for samples that are left out.
  func parts() throws(StageError) -> [Part?] {
    switch parameters.method {
    case .fractions: try byFractions()
    case .counts: try byCounts(parameters.counts ?? [])
    case .kFold: try byFolds((parameters.fold ?? 1) - 1)
    case .leaveSourceOut: try bySource()
    case .given: try asGiven()
    }
  }

  private func byFractions() throws(StageError) -> [Part?] {
    var laid = LaidUnits()
    for stratum in units.stratified(units.units) {
      let counts = Self.counts(stratum.size, parameters.fractions)
      var one = LaidUnits(stratum, cuts: Self.sums(counts).dropLast())
      one.fill(parameters.fractions)
      laid.append(one)
    }
    return try filled(&laid, parameters.fractions)
  }

  /// The parts of units, none of which is left empty.
  private func filled(
    _ laid: inout LaidUnits, _ fractions: [Double]
  ) throws(StageError) -> [Part?] {
    let names = Part.named(by: fractions.count)
    laid.fill(fractions)
    try laid.check(fractions, names.map(\.rawValue)) { count in
      count > 1
        ? "use method k-fold with \(count) folds and a validation of 0, which tests on each group in turn"
        : "set 'groups' to false or 'near-duplicates' to null, or add images"
    }
    var parts = [Part?](repeating: nil, count: samples.count)
    laid.assign(names, into: &parts)
    return parts
  }

  /// The sums of the first one, two and more numbers.
  private static func sums(_ counts: [Int]) -> [Int] {
    var sum = 0
    return counts.map { count in
      sum += count
      return sum
    }
  }

  /// Interleaves the strata evenly before the cuts, so that the parts have their counts and each
  /// stratum its share of each part (as with seats in the Sainte-Laguë method).
  private func byCounts(_ counts: [Int]) throws(StageError) -> [Part?] {
    let total = counts.reduce(0, +)
    guard total <= samples.count else {
      throw StageError(
        "the counts require \(total) samples, but there are \(samples.count)",
        hint: "lower the counts or add images")
    }
    var spread: [(place: Double, unit: SplitUnit)] = []
    for stratum in units.stratified(units.units) {
      var laid = 0
      for unit in stratum {
        let middle = Double(2 * laid + unit.members.count)
        spread.append((middle / Double(stratum.size), unit))
        laid += unit.members.count
      }
    }
    // At equal places, the earlier stratum comes first.
    let order = spread.indices.sorted { (spread[$0].place, $0) < (spread[$1].place, $1) }
    var laid = LaidUnits(order.map { spread[$0].unit }, cuts: Self.sums(counts))
    return try filled(&laid, counts.map(Double.init).map { $0 / Double(samples.count) })
  }

  /// Cuts each stratum into folds of equal size; the folds that get one more continue where the
  /// last stratum left off.
  ///
  /// The validation part follows the test fold, cyclically, and calibration follows validation, so
  /// that they also differ between folds.
  private func byFolds(_ fold: Int) throws(StageError) -> [Part?] {
    var laid = LaidUnits()
    var given = 0
    for stratum in units.stratified(units.units) {
      let (size, extra) = stratum.size.quotientAndRemainder(dividingBy: parameters.folds)
      var (cuts, sum) = ([Int](), 0)
      for each in 0..<parameters.folds {
        let place = (each - given % parameters.folds + parameters.folds) % parameters.folds
        sum += size + (place < extra ? 1 : 0)
        cuts.append(sum)
      }
      given += extra
      laid.append(LaidUnits(stratum, cuts: cuts.dropLast()))
    }
    let even = [Double](
      repeating: 1 / Double(parameters.folds), count: parameters.folds)
    laid.fill(even)
    try laid.check(even, (1...parameters.folds).map { "fold \($0)" }) { count in
      count > 1
        ? "set 'folds' to \(count)"
        : "set 'groups' to false or 'near-duplicates' to null, or add images"
    }
    var parts = [Part?](repeating: nil, count: samples.count)
    var folds: [String: Int] = [:]
    var training: [SplitUnit] = []
    for (unit, share) in zip(laid.units, laid.shares) {
      folds[unit.name] = share
      if share == fold {
        for member in unit.members { parts[member] = .test }
      } else {
        training.append(unit)
      }
    }
    try cut(
      [.validation, .calibration],
      from: units.stratified(training).map { stratum in
        let isBehind = { (unit: SplitUnit) in folds[unit.name] ?? 0 > fold }
        return stratum.filter(isBehind) + stratum.filter { !isBehind($0) }
      }, into: &parts)
    return parts
  }

  private func bySource() throws(StageError) -> [Part?] {
    let known = Set(samples.map(\.source)).sorted()
    for source in [parameters.testSource, parameters.validationSource].compactMap({ $0 })
    where !known.contains(source) {
      throw StageError(
        "no sample comes from '\(source)'", hint: "the sources are \(known.joined(separator: ", "))"
      )
    }
    let wanted = samples.map { sample -> Part in
      if sample.source == parameters.testSource { return .test }
      return sample.source == parameters.validationSource ? .validation : .train
    }
    let isGiven = parameters.validationSource != nil
    return try settled(wanted, cutting: isGiven ? [.calibration] : [.validation, .calibration])
  }

  private func asGiven() throws(StageError) -> [Part?] {
    let ungiven = samples.filter { $0.part == nil }
    guard ungiven.isEmpty || parameters.ungiven != .refuse else {
      let names = Set(ungiven.map(\.source)).sorted().joined(separator: ", ")
      throw StageError(
        "\(ungiven.count) of \(samples.count) samples, of \(names), are not assigned to a part by their data "
          + "set, the first \(ungiven[0].id)",
        hint: "set 'ungiven' to train or leave-out, or choose another method")
    }
    let other: Part? = parameters.ungiven == .train ? .train : nil
    let wanted = samples.map { $0.part ?? other }
    return try settled(
      wanted, cutting: [.validation, .calibration].filter { !wanted.contains($0) })
  }

  /// Assigns the wanted parts, no unit to two; `cutting` takes shares of train for other parts.
  private func settled(
    _ wanted: [Part?], cutting others: [Part]
  ) throws(StageError) -> [Part?] {
    var parts = [Part?](repeating: nil, count: samples.count)
    var training: [SplitUnit] = []
    for unit in units.units {
      let present = Set(unit.members.compactMap { wanted[$0] })
      guard let part = Part.allCases.last(where: present.contains) else {
        continue
      }
      var kept = unit
      kept.members = unit.members.filter { wanted[$0] == part }
      if part == .train { training.append(kept) }
      for member in kept.members { parts[member] = part }
    }
    guard !others.isEmpty else { return parts }
    try cut(others, from: units.stratified(training), into: &parts)
    return parts
  }

  /// Assigns the shares of some parts from the start of each stratum; the rest is train.
  private func cut(
    _ others: [Part], from strata: [[SplitUnit]], into parts: inout [Part?]
  ) throws(StageError) {
    let shares: [(part: Part, share: Double)] = others.map {
      ($0, $0 == .calibration ? parameters.calibration : parameters.validation)
    }
    // A calibration part that is not asked for must not change how the others are rounded.
    let used = shares.filter { $0.part == .validation || $0.share > 0 }
    guard !used.isEmpty else { return }
    let fractions = used.map(\.share) + [1 - used.reduce(0) { $0 + $1.share }]
    var laid = LaidUnits()
    for stratum in strata {
      let counts = Self.counts(stratum.size, fractions)
      laid.append(LaidUnits(stratum, cuts: Self.sums(counts).dropLast()))
    }
    // Without any unit left, the report refuses the empty train part.
    guard !laid.units.isEmpty else { return }
    let names = used.map(\.part) + [.train]
    laid.fill(fractions)
    try laid.check(fractions, names.map(\.rawValue)) { _ in
      "set \(used.map { "'\($0.part.rawValue)'" }.joined(separator: " or ")) to 0, or add images"
    }
    laid.assign(names, into: &parts)
  }

  /// Integers that sum to `total` and differ from its shares by less than 1.
  ///
  /// The largest remainders are rounded up, and of equal ones the earlier part.
  static func counts(_ total: Int, _ fractions: [Double]) -> [Int] {
    let shares = fractions.map { $0 * Double(total) }
    // A share such as 0.1 * 30 must not lose a sample to rounding error.
    var counts = shares.map { Int(($0 + 1e-9).rounded(.down)) }
    let order = shares.indices.sorted {
      let (left, right) = (shares[$0] - Double(counts[$0]), shares[$1] - Double(counts[$1]))
      return abs(left - right) > 1e-9 ? left > right : $0 < $1
    }
    for index in order.prefix(max(0, total - counts.reduce(0, +))) { counts[index] += 1 }
    return counts
  }
}
