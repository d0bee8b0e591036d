import Foundation
import Neural
import PipelineDSL
import Statistics
import Testing

@testable import Stages

@Suite struct CalibrationRuleTests {
  struct Reference: Decodable {
    let logits: [[Float]]
    let labels: [Int]
    let new: [[Float]]
    /// The calibrated probabilities of the new rows.
    let found: [[Double]]
    let bins: Int
    let error, nll: Double
  }

  private let reference: Reference

  init() throws {
    reference = try Fixture.json("calibration/isotonic.json", as: Reference.self)
  }

  private func rule(_ method: CalibrationRule.Method) -> CalibrationRule {
    CalibrationRule(
      fitting: method, logits: reference.logits, labels: reference.labels, classes: 3)
  }

  @Test("isotonic probabilities agree with scikit-learn to 1e-6")
  func agreesWithScikitLearn() {
    let rule = rule(.isotonic)
    for (row, wanted) in zip(reference.new, reference.found) {
      let own = CrossEntropy.softmax(rule.logits(row), classes: 3).map { Double($0) }
      #expect(isNear(own, wanted, 1e-6))
    }
  }

  @Test("the calibration error agrees with netcal")
  func errorAgreesWithNetcal() {
    let bins = ReliabilityBins(
      logits: reference.logits, labels: reference.labels, bins: reference.bins)
    #expect(isNear(bins.expectedError, reference.error))
    #expect(bins.bins.reduce(0) { $0 + $1.count } == reference.labels.count)
  }

  @Test(
    "a rule reads back from its card to the same logits", arguments: CalibrationRule.Method.allCases
  )
  func readsBack(method: CalibrationRule.Method) throws {
    let rule = rule(method)
    let text = JSONPrettyForm.text(of: .object(rule.json))
    let read = try CalibrationRule(JSONParser.parse(Array(text.utf8)), classes: 3)
    #expect(read == rule && read.method == method)
    for row in reference.new {
      #expect(read.logits(row) == rule.logits(row))
      let sum: Double = rule.logits(row).reduce(0) { $0 + exp(Double($1)) }
      #expect(rule.logits(row).allSatisfy { $0.isFinite })
      #expect(isNear(sum, 1, 1e-5))
    }
  }

  @Test("incomplete and inconsistent cards are refused")
  func damage() {
    for (json, reason) in [
      ([:], "'method' is not one of"), (["method": "platt"], "'method' is not one of"),
      (["method": "temperature"], "'temperature'"),
      (["method": "temperature", "temperature": 0], "'temperature'"),
      (["method": "vector", "factors": [1, 1, 1], "offsets": [0, 0]], "'factors' or 'offsets'"),
      (["method": "vector", "factors": [1, "a", 1], "offsets": [0, 0, 0]], "'factors'"),
      (["method": "isotonic"], "'maps'"),
      (["method": "isotonic", "maps": [["places": [0], "values": [0]]]], "'maps'"),
      (
        [
          "method": "isotonic",
          "maps": [
            ["places": [0, 1], "values": [1, 0]], ["places": [0], "values": [0]],
            ["places": [0], "values": [0]],
          ],
        ], "'maps'"
      ),
    ] as [(JSONObject, String)] {
      let error = #expect(throws: StageError.self) {
        try CalibrationRule(.object(json), classes: 3)
      }
      #expect(error?.reason.contains(reason) == true, "\(error?.reason ?? "")")
    }
  }
}
