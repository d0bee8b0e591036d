import Testing

@testable import Statistics

@Suite struct LinearProbeTests {
  private func probe(
    _ features: [[Double]], _ labels: [Int], units: [Int]? = nil, folds: [Int]? = nil
  ) -> LinearProbe {
    let units = units ?? Array(labels.indices)
    return LinearProbe(
      features: features, labels: labels, classes: 3, units: units,
      folds: folds ?? LinearProbe.folds(units: units, classes: labels, count: 5), deviations: 2)
  }

  @Test("predicts as scikit-learn does")
  func agreesWithScikitLearn() throws {
    let reference = try InspectionNumbers.load().probe
    let probe = probe(reference.features, reference.labels, folds: reference.folds)
    #expect(probe.predicted == reference.predicted)
    #expect(agrees(probe.balancedAccuracy, reference.balancedAccuracy))
    #expect(probe.low < probe.balancedAccuracy && probe.balancedAccuracy < probe.high)
  }

  @Test("samples of one unit are in one fold, and widen the interval")
  func unitsStayTogether() throws {
    let reference = try InspectionNumbers.load().probe
    let units = reference.labels.indices.map { $0 / 4 }
    let folds = LinearProbe.folds(units: units, classes: reference.labels, count: 5)
    for unit in Set(units) {
      #expect(Set(units.indices.filter { units[$0] == unit }.map { folds[$0] }).count == 1)
    }
    for label in 0..<3 {
      let own = folds.indices.filter { reference.labels[$0] == label }.map { folds[$0] }
      #expect(Set(own).count == 5)
    }
    let single = probe(reference.features, reference.labels, folds: reference.folds)
    let grouped = probe(reference.features, reference.labels, units: units, folds: folds)
    #expect(grouped.high - grouped.low > 1.5 * (single.high - single.low))
  }

  @Test("constant features predict by chance")
  func constantFeaturesSayNothing() {
    let labels = (0..<60).map { $0 % 3 }
    let probe = probe(labels.map { _ in [1, 2] }, labels)
    #expect(abs(probe.balancedAccuracy - probe.chance) < 1e-12)
    #expect(probe.skill(probe.balancedAccuracy) < 1e-12)
  }
}
