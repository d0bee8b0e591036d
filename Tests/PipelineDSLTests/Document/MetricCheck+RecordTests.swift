import PipelineDSL
import Testing

@Suite struct MetricCheckRecordTests {
  @Test("only numbers of the record are about the record")
  func recognised() {
    func check(_ metric: String) -> MetricCheck {
      MetricCheck(metric: metric, relation: .atMost, threshold: 3)
    }
    #expect(check(MetricCheck.testEvaluations).isOfRecord)
    #expect(check("record/test-evaluations").text == "record/test-evaluations at-most 3")
    #expect(!check("test/accuracy").isOfRecord && !check("records/x").isOfRecord)
  }
}
