import Foundation
import Testing

@testable import Stages

@Suite struct EnsembleRuleTests {
  /// Logits with given probabilities, shifted, which changes no probability.
  private func logits(_ probabilities: [Double], shift: Double = 0) -> [[Float]] {
    [probabilities.map { Float(log($0) + shift) }]
  }

  private func probabilities(
    _ name: EnsembleRule.Name, _ weights: [Double], _ models: [[[Float]]]
  ) throws -> [Double] {
    try EnsembleRule(name, weights: weights).logits(models)[0].map { exp(Double($0)) }
  }

  @Test func meanIsThatOfProbabilities() throws {
    let models = [logits([0.8, 0.2], shift: 5), logits([0.4, 0.6], shift: -3)]
    #expect(isNear(try probabilities(.mean, [1, 1], models), [0.6, 0.4], 1e-6))
    #expect(isNear(try probabilities(.mean, [3, 1], models), [0.7, 0.3], 1e-6))
    #expect(isNear(try probabilities(.mean, [0, 2], models), [0.4, 0.6], 1e-6))
    #expect(isNear(try probabilities(.mean, [7], [models[0]]), [0.8, 0.2], 1e-6))
  }

  /// Two votes for the first class, one for the second and none for the third.
  @Test func voteIsTheShareOfPredictions() throws {
    let models = [logits([0.6, 0.3, 0.1]), logits([0.5, 0.4, 0.1]), logits([0.2, 0.7, 0.1])]
    let third = 1 / 3.0
    let share = 1e-4
    let expected = [
      (1 - share) * 2 * third + share * 1.3 / 3, (1 - share) * third + share * 1.4 / 3,
      share * 0.1,
    ]
    #expect(isNear(try probabilities(.vote, [1, 1, 1], models), expected, 1e-6))
    let weighted = try probabilities(.vote, [1, 1, 4], models)
    #expect(isNear(weighted[0], third, 1e-4) && isNear(weighted[1], 2 * third, 1e-4))
  }

  @Test func meanProbabilityBreaksTies() throws {
    let models = [logits([0.9, 0.1]), logits([0.4, 0.6])]
    let forward = try EnsembleRule(.vote, weights: [1, 1]).logits(models)[0]
    #expect(forward[0] > forward[1])
    let backward = try EnsembleRule(.vote, weights: [1, 1])
      .logits(models.map { [$0[0].reversed()] })[0]
    #expect(backward[1] > backward[0])
  }

  @Test func extremeLogitsStayFinite() throws {
    let models: [[[Float]]] = [[[5000, 0]], [[0, 5000]]]
    #expect(isNear(try probabilities(.mean, [1, 1], models), [0.5, 0.5], 1e-6))
    for name in [EnsembleRule.Name.mean, .vote] {
      let row = try EnsembleRule(name, weights: [1]).logits([models[0]])[0]
      #expect(row.allSatisfy(\.isFinite) && row[1] <= -5000, "\(name)")
    }
  }

  @Test func imagesAreCombinedByThemselves() throws {
    let models: [[[Float]]] = [[[1, 2], [0, 4], [3, 3]], [[2, -1], [1, 1], [0, 0.5]]]
    let rule = EnsembleRule(.mean, weights: [1, 2])
    let together = try rule.logits(models)
    for image in 0..<3 {
      #expect(try rule.logits(models.map { [$0[image]] }) == [together[image]])
    }
    #expect(try rule.logits([[], []]).isEmpty)
  }

  @Test func derivativesAreThoseOfTheLogits() throws {
    let rows: [[Float]] = [[0.3, -1, 0.5], [1.5, 0.2, -0.4]]
    let rule = EnsembleRule(.mean, weights: [1, 3])
    for label in 0..<3 {
      let derivatives = try #require(rule.derivatives(rows, of: label))
      for model in rows.indices {
        for other in rows[model].indices {
          var (high, low) = (rows, rows)
          high[model][other] += 0.01
          low[model][other] -= 0.01
          let change =
            try rule.logits(high.map { [$0] })[0][label] - rule.logits(low.map { [$0] })[0][label]
          #expect(
            isNear(Double(derivatives[model][other]), Double(change) / 0.02, 1e-3),
            "\(label), \(model), \(other)")
        }
      }
    }
    #expect(EnsembleRule(.vote, weights: [1, 1]).derivatives(rows, of: 0) == nil)
  }

  @Test func weightsWithoutASumAreInvalid() {
    #expect(EnsembleRule.isValid([0, 1]) && EnsembleRule.isValid([0.25]))
    for weights in [[], [0, 0], [-1, 2], [.infinity], [.nan]] as [[Double]] {
      #expect(!EnsembleRule.isValid(weights), "\(weights)")
    }
  }
}
