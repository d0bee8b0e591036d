import PipelineDSL
import Testing

@testable import Stages

@Suite struct ConformalRuleTests {
  private static let classes = ["a", "b", "c"]

  private func rule(
    _ method: ConformalRule.Method = .lac, _ condition: ConformalRule.Condition = .none,
    _ thresholds: [String: Double] = ["": 0.7], randomised: Bool = false,
    flag: ConformalRule.Flag? = nil
  ) -> ConformalRule {
    ConformalRule(
      settings: .init(
        method: method, penalty: method == .raps ? 0.125 : 0, rank: method == .raps ? 1 : 0,
        randomised: randomised),
      seed: randomised ? .max : 0, condition: condition, classes: Self.classes,
      levels: [.init(level: 0.1, thresholds: thresholds)], flag: flag)
  }

  /// Logits with the probabilities 0.5, 0.375 and 0.125.
  private let logits: [Float] = [1.386_294_4, 1.098_612_3, 0]

  private func set(_ rule: ConformalRule, source: String? = nil) -> String {
    rule.text(of: rule.set(rule.scores(logits, id: "x"), rule.levels[0], source: source))
  }

  @Test("a set has the classes whose score is at most the threshold")
  func thresholds() {
    #expect(set(rule()) == "a|b")
    #expect(set(rule(.lac, .none, ["": 0.1])) == "")
    #expect(set(rule(.lac, .none, ["": .infinity])) == "a|b|c")
    #expect(set(rule(.aps, .none, ["": 0.9])) == "a|b")
    // The second class has a penalty of 0.125, and the third of twice as much.
    #expect(set(rule(.raps, .none, ["": 0.9])) == "a")
    #expect(set(rule(.raps, .none, ["": 1.1])) == "a|b")
  }

  @Test("thresholds by class are each class's own, and those by source the sample's")
  func conditions() {
    #expect(set(rule(.lac, .byClass, ["a": 0.4, "b": 0.7, "c": .infinity])) == "b|c")
    let sourced = rule(.lac, .source, ["s": 0.55, "t": 0.7])
    #expect(set(sourced, source: "s") == "a" && set(sourced, source: "t") == "a|b")
    #expect(set(sourced, source: "u") == "a|b" && set(sourced) == "a|b")
  }

  @Test("the draw depends on seed and id only, and shrinks sets")
  func draws() {
    let drawn = rule(.aps, randomised: true)
    #expect(drawn.scores(logits, id: "x") == drawn.scores(logits, id: "x"))
    #expect(drawn.scores(logits, id: "x") != drawn.scores(logits, id: "y"))
    for id in ["x", "y", "z"] {
      #expect(
        zip(drawn.scores(logits, id: id), rule(.aps).scores(logits, id: id)).allSatisfy { $0 <= $1 }
      )
    }
  }

  @Test("flags add the probabilities of their classes")
  func flags() {
    let flag = ConformalRule.Flag(classes: ["b", "c"], level: 0.1, threshold: 0.4)
    let rule = rule(flag: flag)
    #expect(rule.columns == ["set_0.1", "flagged"])
    #expect(rule.fields(logits, id: "x") == ["a|b", "yes"])
    #expect(rule.isFlagged([9, 0, 0]) == false)
    #expect(self.rule().isFlagged(logits) == nil)
  }

  @Test("a rule reads back from its card")
  func readsBack() throws {
    let flag = ConformalRule.Flag(classes: ["c"], level: 0.05, threshold: 0.25)
    for rule in [
      rule(), rule(.raps, .byClass, ["a": 0.25, "b": .infinity, "c": 1], randomised: true),
      rule(.aps, .source, ["s": 0.5], flag: flag),
    ] {
      let text = JSONPrettyForm.text(of: .object(rule.json))
      #expect(try ConformalRule(JSONParser.parse(Array(text.utf8)), classes: Self.classes) == rule)
    }
  }

  @Test("incomplete and inconsistent cards are refused")
  func damage() throws {
    let good: JSONObject = [
      "method": "raps", "lambda": 0.1, "k-reg": 1, "randomised": true, "seed": "17",
      "by": "class",
      "levels": [["level": 0.1, "thresholds": ["a": 1, "b": 1, "c": .null]]],
    ]
    #expect(throws: Never.self) { try ConformalRule(.object(good), classes: Self.classes) }
    for (name, value, reason) in [
      ("method", "platt", "'method', 'by' or 'randomised'"), ("by", "group", "'by'"),
      ("randomised", 1, "'randomised'"), ("lambda", -1, "'lambda' or 'k-reg'"),
      ("k-reg", 0.5, "'lambda' or 'k-reg'"), ("seed", 17, "'seed'"), ("seed", "-1", "'seed'"),
      ("levels", [], "'levels' is not a list"), ("levels", "x", "'levels' is not a list"),
      ("levels", [["level": 1, "thresholds": ["a": 1]]], "above 0 and below 1"),
      ("levels", [["level": 0.1]], "has no thresholds"),
      ("levels", [["level": 0.1, "thresholds": ["a": "x"]]], "'a' is not a number or null"),
      ("levels", [["level": 0.1, "thresholds": ["a": 1]]], "do not fit 'by'"),
      ("false-negatives", ["classes": ["d"], "level": 0.1, "threshold": 0], "'false-negatives'"),
      ("false-negatives", ["classes": ["a"], "level": 0.1, "threshold": 2], "'false-negatives'"),
    ] as [(String, JSONValue, String)] {
      var damaged = good
      damaged[name] = value
      let error = #expect(throws: StageError.self) {
        try ConformalRule(.object(damaged), classes: Self.classes)
      }
      #expect(error?.reason.contains(reason) == true, "\(name): \(error?.reason ?? "")")
    }
  }
}
