import Testing

@testable import Statistics

@Suite struct PairedDifferencesTests {
  @Test("differences have the digits of the values, so that equal ones are equal")
  func rounding() {
    #expect(0.7 - 0.5 != 0.3 - 0.1, "what rounding makes of it")
    #expect(PairedDifferences.differences([0.7, 0.3], [0.5, 0.1]) == [0.2, 0.2])
    #expect(PairedDifferences.differences([700, 300.5], [500, 100.5]) == [200, 200])
    #expect(PairedDifferences.differences([0, 0], [0, 0]) == [0, 0])
    #expect(PairedDifferences.differences([1e-5], [0]) == [1e-5])
    #expect(abs(PairedDifferences.differences([1e300], [-1e300])[0] / 2e300 - 1) < 1e-12)
    #expect(PairedDifferences.differences([1e308], [-1e308]) == [.infinity])
  }

  @Test("an overflow is not tested")
  func overflow() {
    let found = PairedDifferences(
      own: [1e308, 1], base: [-1e308, 0], test: .t, ratio: nil, confidence: 0.95)
    #expect(found.mean == nil && found.pValue == nil && found.effect == nil)
  }
}
