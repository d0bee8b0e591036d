import Testing

@testable import Statistics

@Suite struct BrierScoreTests {
  @Test("the score agrees with scikit-learn, and its parts with their definitions")
  func agreesWithScikitLearn() throws {
    for reference in try EvaluationNumbers.load().brier {
      let found = BrierScore(
        probabilities: reference.probabilities, labels: reference.labels, bins: reference.bins)
      #expect(agrees(found.score, reference.score), "\(reference.name)")
      #expect(agrees(found.reliability, reference.reliability), "\(reference.name)")
      #expect(agrees(found.resolution, reference.resolution), "\(reference.name)")
      #expect(agrees(found.uncertainty, reference.uncertainty), "\(reference.name)")
      #expect(agrees(found.withinBins, reference.withinBins), "\(reference.name)")
      let sum = found.reliability - found.resolution + found.uncertainty + found.withinBins
      #expect(agrees(sum, reference.score), "\(reference.name)")
    }
  }

  @Test("sure predictions score 0 if right and 2 if wrong")
  func ends() {
    let right = BrierScore(probabilities: [[1, 0], [0, 1]], labels: [0, 1], bins: 10)
    #expect(right.score == 0 && right.reliability == 0)
    #expect(right.resolution == 0.5 && right.uncertainty == 0.5)
    #expect(BrierScore(probabilities: [[0], [1]], labels: [0], bins: 10).score == 2)
  }
}
