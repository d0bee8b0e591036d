import Testing

@testable import Statistics

@Suite struct CalibrationErrorTests {
  private func check(
    _ found: CalibrationError, _ reference: EvaluationNumbers.Bins, _ name: Comment
  ) {
    #expect(agrees(found.expected, reference.expected), name)
    #expect(agrees(found.maximum, reference.maximum), name)
    #expect(found.bins.map(\.count) == reference.bins.map(\.count), name)
    #expect(agrees(found.bins.map(\.accuracy), reference.bins.map(\.accuracy)), name)
    #expect(agrees(found.bins.map(\.confidence), reference.bins.map(\.confidence)), name)
  }

  @Test("both binnings agree with netcal")
  func agreesWithNetcal() throws {
    for reference in try EvaluationNumbers.load().calibration {
      check(
        CalibrationError(
          confidences: reference.confidences, right: reference.right, bins: reference.count,
          .equalWidth), reference.width, "\(reference.name), equal width")
      check(
        CalibrationError(
          confidences: reference.confidences, right: reference.right, bins: reference.count,
          .equalMass), reference.mass, "\(reference.name), equal mass")
    }
  }

  @Test("a confidence at an edge belongs to the lower bin")
  func edges() {
    #expect(
      [0, 0.25, 0.250001, 0.5, 1].map { CalibrationError.place($0, bins: 4) } == [0, 0, 1, 1, 3])
    let bins = CalibrationError(
      confidences: [0.5, 0.75, 0.75], right: [true, false, true], bins: 4, .equalWidth
    ).bins
    #expect(bins.map(\.low) == [0.25, 0.5] && bins.map(\.high) == [0.5, 0.75])
    #expect(bins.map(\.accuracy) == [1, 0.5])
    #expect(bins[1].interval() == WilsonInterval(successes: 1, of: 2))
  }

  @Test("equal confidences share a bin of equal mass, whatever their order")
  func ties() {
    let confidences = [0.9, 0.5, 0.9, 0.9, 0.9, 0.7]
    let bins = CalibrationError(
      confidences: confidences, right: [true, true, false, true, false, true], bins: 3, .equalMass
    ).bins
    #expect(bins.map(\.count) == [2, 4])
    #expect(bins.map(\.low) == [0.5, 0.9] && bins.map(\.high) == [0.7, 0.9])
    // Fewer samples than bins.
    let few = CalibrationError(confidences: [0.4], right: [true], bins: 15, .equalMass)
    #expect(few.bins.count == 1 && agrees(few.expected, 0.6))
  }
}
