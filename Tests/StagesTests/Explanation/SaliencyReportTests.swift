import PipelineDSL
import Testing

@testable import Stages

@Suite struct SaliencyReportTests {
  @Test func meansByMethodAndLabel() throws {
    var report = SaliencyReport()
    let map = Saliency(width: 2, height: 1, values: [1, 0])
    for (label, mask) in [("ALL", [true, false]), ("AML", [false, true])] {
      let prediction = ExplainedModel.Prediction(
        index: 0, sample: Sample(id: label, source: "", nativeLabel: "", label: label, group: ""),
        predicted: 0, probability: 1, isRight: label == "ALL", rank: 0)
      report.add(
        try #require(SaliencyScores(map, mask: mask)), method: "grad-cam", prediction,
        predicted: "ALL", fit: label == "AML" ? -0.25 : nil)
    }
    #expect(report.metrics["grad-cam/pixel-auroc"] == 0.5)
    #expect(report.metrics["grad-cam/pixel-auroc/ALL"] == 1)
    #expect(report.metrics["grad-cam/energy-inside/AML"] == 0)
    #expect(report.metrics["grad-cam/images"] == 2)
    #expect(
      report.table.rows[1] == [
        "AML", "grad-cam", "AML", "ALL", "false", "0.000000", "0.000000", "0.000000", "0.500000",
        "-0.250000",
      ])
    #expect(SaliencyReport().metrics.isEmpty)
  }
}
