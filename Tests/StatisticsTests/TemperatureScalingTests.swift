import Foundation
import Testing

@testable import Statistics

@Suite struct TemperatureScalingTests {
  @Test("the temperature agrees with torch's L-BFGS to 1e-7, and with netcal to 1e-5")
  func agreesWithTorch() throws {
    let numbers = try CalibrationNumbers.load()
    let fitted = TemperatureScaling(fitting: numbers.logits, labels: numbers.labels)
    #expect(abs(fitted.temperature - numbers.temperature.torch) < 1e-7)
    #expect(abs(fitted.temperature - numbers.temperature.netcal) < 1e-5)
    #expect(!fitted.isAtLimit)
  }

  @Test("no temperature beside the fitted one has a smaller loss")
  func isTheMinimum() throws {
    let numbers = try CalibrationNumbers.load()
    func loss(_ scaling: TemperatureScaling) -> Double {
      zip(numbers.logits, numbers.labels).reduce(0) { $0 - scaling.logProbabilities($1.0)[$1.1] }
    }
    let fitted = TemperatureScaling(fitting: numbers.logits, labels: numbers.labels)
    for factor in [0.99, 0.999, 1.001, 1.01] {
      #expect(
        loss(fitted) < loss(TemperatureScaling(temperature: fitted.temperature * factor)))
    }
  }

  @Test("labels that are always or never predicted give the limits")
  func limits() {
    let logits: [[Double]] = [[2, 0], [0, 1]]
    let sure = TemperatureScaling(fitting: logits, labels: [0, 1])
    #expect(sure.temperature == TemperatureScaling.limits.lowerBound && sure.isAtLimit)
    let wrong = TemperatureScaling(fitting: logits, labels: [1, 0])
    #expect(wrong.temperature == TemperatureScaling.limits.upperBound && wrong.isAtLimit)
    let equal = TemperatureScaling(fitting: [[1, 1]], labels: [0])
    #expect(equal.isAtLimit)
  }

  @Test("large logits neither overflow nor underflow")
  func largeLogits() {
    let values = TemperatureScaling(temperature: 0.5).logProbabilities([1000, 0, -1000])
    #expect(values == [0, -2000, -4000])
    let logits: [[Double]] = [[900, -900], [-900, 900], [900, -900]]
    let fitted = TemperatureScaling(fitting: logits, labels: [0, 1, 1])
    // Two of three are right, so the probability of the predicted class is 2/3.
    let share = exp(fitted.logProbabilities(logits[0])[0])
    #expect(fitted.isAtLimit || abs(share - 2.0 / 3) < 1e-9)
  }
}
