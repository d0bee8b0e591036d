import PipelineDSL
import Testing

@testable import Stages

@Suite struct EvaluatedPartCalibrationTests {
  /// Two samples are predicted with probability 0.75, of which one is right.
  private let part = EvaluatedPart.bench([0, 1], [[1.0986123, 0], [1.0986123, 0]])

  @Test func errorsAndScoresFollowFromTheBins() {
    let metrics = part.calibration().metrics
    for name in ["ece", "mce", "ece-equal-mass"] {
      #expect(isNear(metrics[name] ?? -1, 0.25, 1e-6), "\(name)")
    }
    // (0.25^2 + 0.25^2 + 0.75^2 + 0.75^2) / 2
    #expect(isNear(metrics["brier"] ?? -1, 0.625, 1e-6))
    #expect(isNear(metrics["brier-reliability"] ?? -1, 0.125, 1e-6))
    #expect(metrics["brier-resolution"] == 0 && metrics["brier-uncertainty"] == 0.5)
    #expect(isNear(metrics["brier-within-bins"] ?? -1, 0, 1e-9))
    #expect(metrics.count == 8)
  }

  @Test func tableHasTheBinsOfBothBinnings() throws {
    let table = part.calibration().table
    #expect(table.columns == CalibrationFormat.columns)
    #expect(table.rows.map { $0[0] } == ["equal-width", "equal-mass"])
    #expect(table.rows[0][0] == CalibrationFormat.equalWidth)
    // The twelfth of fifteen bins.
    #expect(table.rows[0][1] == "0.733333333333" && table.rows[0][2] == "0.8")
    #expect(table.rows[0][3] == "2" && table.rows[0][5] == "0.5")
    #expect(isNear(Double(table.rows[0][6]) ?? -1, 0.09453120573423068))
  }

  @Test func binsAreAParameter() {
    let one = EvaluatedPart.mixed { $0.bins = 1 }.calibration()
    #expect(one.table.rows.count == 2)
    #expect(one.metrics["ece"] == one.metrics["mce"])
    let many = EvaluatedPart.mixed { $0.bins = 20 }.calibration()
    #expect(many.table.rows.count > 10)
    #expect((many.metrics["ece"] ?? 1) <= (many.metrics["mce"] ?? 0))
  }
}
