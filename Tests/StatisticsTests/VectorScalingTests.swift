import Foundation
import Testing

@testable import Statistics

@Suite struct VectorScalingTests {
  @Test(
    "factors and offsets agree with SciPy's minimum to 1e-5, probabilities without a penalty too")
  func agreesWithSciPy() throws {
    let numbers = try CalibrationNumbers.load()
    let fitted = VectorScaling(fitting: numbers.logits, labels: numbers.labels)
    for (own, other) in zip(
      fitted.factors + fitted.offsets, numbers.vector.factors + numbers.vector.offsets)
    {
      #expect(abs(own - other) < 1e-5)
    }
    let loss = zip(numbers.logits, numbers.labels).reduce(0.0) {
      $0 - fitted.logProbabilities($1.0)[$1.1]
    }
    #expect(abs(loss / Double(numbers.labels.count) - numbers.vector.loss) < 1e-9)
    #expect(abs(loss / Double(numbers.labels.count) - numbers.vector.plainLoss) < 1e-6)
    for (row, wanted) in zip(numbers.logits, numbers.vector.plain) {
      for (own, other) in zip(fitted.logProbabilities(row), wanted) {
        #expect(abs(exp(own) - other) < 1e-4)
      }
    }
  }

  @Test("classes that are separated without error have a finite fit")
  func separatedClasses() {
    let logits: [[Double]] = [[3, 0], [2, 0], [0, 2], [0, 4]]
    let fitted = VectorScaling(fitting: logits, labels: [0, 0, 1, 1])
    #expect(fitted.factors.allSatisfy { $0 > 1 && $0.isFinite })
    for (row, label) in zip(logits, [0, 0, 1, 1]) {
      #expect(fitted.logProbabilities(row)[label] > -0.01)
    }
  }

  @Test("offsets sum to 0, and a constant in all logits changes no probability of equal factors")
  func offsetsAreCentred() throws {
    let numbers = try CalibrationNumbers.load()
    let fitted = VectorScaling(fitting: numbers.logits, labels: numbers.labels)
    #expect(abs(fitted.offsets.reduce(0, +)) < 1e-8)
    let plain = VectorScaling(factors: [1, 1], offsets: [0.5, 0])
    let (one, other) = (plain.logProbabilities([1, 2]), plain.logProbabilities([11, 12]))
    #expect(zip(one, other).allSatisfy { abs($0 - $1) < 1e-12 })
  }
}
