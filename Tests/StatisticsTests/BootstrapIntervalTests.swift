import Testing

@testable import Statistics

@Suite struct BootstrapIntervalTests {
  @Test("the accelerated interval of given values agrees with SciPy's formula")
  func agreesWithSciPy() throws {
    for reference in try EvaluationNumbers.load().accelerated {
      let interval = try #require(
        BootstrapInterval.accelerated(
          reference.estimate, resampled: reference.resampled, jackknife: reference.jackknife,
          confidence: reference.confidence))
      #expect(agrees(interval.low, reference.low), "\(reference.name)")
      #expect(agrees(interval.high, reference.high), "\(reference.name)")
      let acceleration = BootstrapInterval.acceleration(of: reference.jackknife)
      #expect(agrees(acceleration, reference.acceleration), "\(reference.name)")
    }
  }

  @Test("the interval of percentiles agrees with NumPy")
  func percentiles() throws {
    for reference in try EvaluationNumbers.load().accelerated {
      let interval = try #require(
        BootstrapInterval.percentile(
          of: reference.resampled, confidence: reference.confidence))
      #expect(agrees(interval.low, reference.plainLow), "\(reference.name)")
      #expect(agrees(interval.high, reference.plainHigh), "\(reference.name)")
    }
  }

  @Test("equal resamples have no interval, and one-sided ones that of percentiles")
  func degenerate() {
    #expect(BootstrapInterval.accelerated(1, resampled: [1, 1, 1], jackknife: [1, 1]) == nil)
    #expect(BootstrapInterval.percentile(of: [1, 1, 1]) == nil)
    #expect(BootstrapInterval.accelerated(1, resampled: [], jackknife: []) == nil)
    let values = [0.1, 0.2, 0.3, 0.4]
    #expect(
      BootstrapInterval.accelerated(0.5, resampled: values, jackknife: [0.4, 0.6])
        == BootstrapInterval.percentile(of: values))
    // Rests that differ by rounding alone do not accelerate.
    #expect(BootstrapInterval.acceleration(of: [0.5, 0.5, 0.5 + .ulpOfOne / 2]) == 0)
  }
}
