import Testing

@testable import Statistics

@Suite struct IsotonicRegressionTests {
  @Test("values and knots agree with scikit-learn, ties included")
  func agreesWithScikitLearn() throws {
    for reference in try CalibrationNumbers.load().isotonic {
      let fitted = IsotonicRegression(fitting: reference.values, at: reference.places)
      #expect(fitted.places.count == reference.knots)
      for (place, value) in zip(reference.asked, reference.found) {
        #expect(abs(fitted.value(at: place) - value) < 1e-9)
      }
    }
  }

  @Test("the order of the points does not matter")
  func orderDoesNotMatter() throws {
    for reference in try CalibrationNumbers.load().isotonic {
      let fitted = IsotonicRegression(fitting: reference.values, at: reference.places)
      let other = IsotonicRegression(
        fitting: reference.values.reversed(), at: reference.places.reversed())
      #expect(fitted == other)
    }
  }

  @Test("a function is read only if it does not decrease")
  func readsOnlyFunctions() throws {
    let read = try #require(IsotonicRegression(places: [0, 1], values: [0.25, 0.75]))
    #expect(read.value(at: 0.5) == 0.5)
    #expect(read.value(at: -1) == 0.25 && read.value(at: 7) == 0.75 && read.value(at: 1) == 0.75)
    for (places, values) in [
      ([], []), ([0], []), ([0, 0], [0, 1]), ([1, 0], [0, 1]), ([0, 1], [1, 0]), ([0], [.nan]),
      ([-.infinity], [0]),
    ] as [([Double], [Double])] {
      #expect(IsotonicRegression(places: places, values: values) == nil)
    }
  }
}
