import Testing

@testable import Statistics

@Suite struct MeanIntervalTests {
  @Test("mean, deviation and interval agree with SciPy")
  func agreesWithSciPy() throws {
    for reference in try ReferenceNumbers.load().means {
      let interval = MeanInterval(of: reference.values, confidence: reference.confidence)
      #expect(agrees(interval.mean, reference.mean))
      #expect(agrees(interval.deviation, reference.deviation))
      #expect(agrees(interval.bounds?.lowerBound, reference.low))
      #expect(agrees(interval.bounds?.upperBound, reference.high))
      #expect(interval.count == reference.values.count)
    }
  }

  @Test("a single value has neither deviation nor interval")
  func singleValue() {
    let interval = MeanInterval(of: [0.5])
    #expect(interval.mean == 0.5)
    #expect(interval.deviation == nil)
    #expect(interval.bounds == nil)
  }

  @Test("equal values have an interval without width")
  func equalValues() {
    #expect(MeanInterval(of: [0.25, 0.25, 0.25]).bounds == 0.25...0.25)
  }

  @Test("values that overflow have no interval")
  func overflow() {
    #expect(MeanInterval(of: [1e308, -1e308, 1e308]).bounds == nil)
  }
}
