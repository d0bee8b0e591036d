import Testing

@testable import Stages

@Suite struct WeightedRidgeTests {
  @Test func agreesWithScikitLearn() throws {
    let reference = try ExplanationReference.load().ridge
    let ridge = WeightedRidge(
      features: reference.features, count: 4, targets: reference.targets,
      weights: reference.weights, penalty: 1.5)
    #expect(isNear(ridge.coefficients, reference.coefficients, 1e-10))
    #expect(isNear(ridge.intercept, reference.intercept, 1e-10))
    let predictions = reference.targets.indices.map { ridge.prediction(reference.features, at: $0) }
    let score = try #require(
      WeightedRidge.determination(
        of: reference.targets, by: predictions, weights: reference.weights))
    #expect(isNear(score, reference.score, 1e-10))
  }

  @Test func samplesOfWeightZeroHaveNoInfluence() {
    func ridge(_ count: Int) -> WeightedRidge {
      WeightedRidge(
        features: Array([1, 0, 1, 7].prefix(count)), count: 1,
        targets: Array([1, 2, 1.5, -30].prefix(count)),
        weights: Array([1, 1, 2, 0].prefix(count)), penalty: 0.5)
    }
    #expect(ridge(4).coefficients == ridge(3).coefficients)
    #expect(ridge(4).intercept == ridge(3).intercept)
  }

  @Test func constantTargetsAreFittedExactly() {
    let ridge = WeightedRidge(
      features: [1, 0, 1, 1], count: 1, targets: [0.5, 0.5, 0.5, 0.5], weights: [1, 1, 1, 1],
      penalty: 1)
    #expect(ridge.coefficients == [0])
    #expect(ridge.intercept == 0.5)
    #expect(
      WeightedRidge.determination(of: [0.5, 0.5], by: [0.5, 0.5], weights: [1, 1]) == nil,
      "there is nothing to predict")
  }

  @Test func determinationIsNegativeBelowTheMean() {
    let score = WeightedRidge.determination(of: [0, 1], by: [1, 0], weights: [1, 1])
    #expect(score == -3)
  }
}
