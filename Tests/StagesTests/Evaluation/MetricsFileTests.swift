import PipelineDSL
import Testing

@testable import Stages

@Suite struct MetricsFileTests {
  @Test func isSortedAndRoundTrips() throws {
    let metrics = ["test/loss": 0.25, "test/accuracy": 1, "a \"quoted\" name": -1e-9]
    let bytes = MetricsFile.bytes(of: metrics)
    #expect(
      String(decoding: bytes, as: UTF8.self) == """
        {
          "a \\"quoted\\" name": -1e-09,
          "test/accuracy": 1,
          "test/loss": 0.25
        }

        """)
    #expect(try MetricsFile.read(bytes, called: "x").metrics == metrics)
    #expect(MetricsFile.bytes(of: [:]) == Array("{}\n".utf8))
  }

  @Test func flattensObjectsAndReportsNonNumbers() throws {
    let text = #"{"test": {"f1": {"ALL": 0.5}}, "epochs": 3, "name": "x", "list": [1]}"#
    let (metrics, skipped) = try MetricsFile.read(Array(text.utf8), called: "x")
    #expect(metrics == ["test/f1/ALL": 0.5, "epochs": 3])
    #expect(skipped == ["list", "name"])
  }

  @Test func reportsInvalidFiles() {
    for (text, part) in [("[1]", "an array"), ("{\"a\": }", "metrics.json: ")] {
      let failure = #expect(throws: StageError.self) {
        try MetricsFile.read(Array(text.utf8), called: "metrics.json")
      }
      #expect(failure?.reason.contains(part) == true, "\(text)")
    }
  }

  @Test func decimalsHaveAFixedNumberOfDigits() {
    #expect(decimal(1.0 / 3, 6) == "0.333333")
    #expect(decimal(1, 2) == "1.00")
  }
}
