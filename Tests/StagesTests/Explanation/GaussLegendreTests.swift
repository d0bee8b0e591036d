import Testing

@testable import Stages

@Suite struct GaussLegendreTests {
  @Test func agreesWithNumPy() throws {
    let reference = try AttributionReference.load()
    let rule = GaussLegendre(reference.places.count)
    #expect(isNear(rule.places, reference.places, 1e-14))
    #expect(isNear(rule.weights, reference.weights, 1e-14))
  }

  @Test(arguments: [1, 2, 5, 50, 1000])
  func integratesPolynomialsExactly(_ count: Int) {
    let rule = GaussLegendre(count)
    #expect(rule.places == rule.places.sorted() && rule.places.allSatisfy { $0 > 0 && $0 < 1 })
    #expect(isNear(rule.weights.reduce(0, +), 1, 1e-12))
    // The highest odd power that the rule integrates exactly, capped so that it does not vanish.
    let power = min(2 * count - 1, 41)
    let sum = zip(rule.places, rule.weights).reduce(0.0) { sum, point in
      sum + point.1 * (0..<power).reduce(1) { product, _ in product * point.0 }
    }
    #expect(isNear(sum, 1 / Double(power + 1), 1e-12))
  }
}
