import PipelineDSL
import Testing

@Suite struct EvaluationFormatsTests {
  @Test func filesAreNamedByPart() {
    #expect(CalibrationFormat.file(of: .test) == "calibration_test.csv")
    #expect(ROCFormat.file(of: .train) == "roc_train.csv")
    #expect(PrecisionRecallFormat.file(of: .validation) == "precision-recall_validation.csv")
    #expect(RiskCoverageFormat.columns == ["margin", "coverage", "risk"])
    #expect(IntervalsFormat.scope(ofClass: "ALL") == "class:ALL")
  }

  @Test func partsAreChoices() throws {
    #expect(Part.shape == .choice(Part.allCases.map(\.rawValue)))
    #expect(try Part(json: "test") == .test)
    #expect(throws: ParameterError.self) { try Part(json: "tset") }
  }
}
