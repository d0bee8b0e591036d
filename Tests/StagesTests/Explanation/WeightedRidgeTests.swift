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
    #expect(isNear(ridge.score, reference.score, 1e-10))
  }

  @Test func constantTargetsAreFittedExactly() {
    let ridge = WeightedRidge(
      features: [1, 0, 1, 1], count: 1, targets: [0.5, 0.5, 0.5, 0.5], weights: [1, 1, 1, 1],
      penalty: 1)
    #expect(ridge.coefficients == [0])
    #expect(ridge.intercept == 0.5)
    #expect(ridge.score == 1)
  }
}
