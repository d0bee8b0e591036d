import Testing

@testable import PipelineDSL

@Suite struct PipelineDocumentTests {
  @Test func checksCompareMetricsWithThresholds() {
    let least = MetricCheck(metric: "test/f1", relation: .atLeast, threshold: 0.9)
    #expect(least.isMet(by: 0.9) && least.isMet(by: 1) && !least.isMet(by: 0.89))
    #expect(!least.isMet(by: nil) && !least.isMet(by: .nan))
    let most = MetricCheck(metric: "loss", relation: .atMost, threshold: 1)
    #expect(most.isMet(by: 1) && !most.isMet(by: 1.1) && !most.isMet(by: .nan))
    #expect(least.text == "test/f1 at-least 0.9" && most.text == "loss at-most 1")
  }

  @Test func axisValuesShowTheirLabel() {
    #expect(AxisValue(label: "vgg16", fields: [:]).text == "vgg16")
    #expect(AxisValue(label: 0.5, fields: [:]).text == "0.5")
    #expect(AxisValue(label: true, fields: [:]).text == "true")
  }
}
