import Testing

@testable import Stages

@Suite struct PracticalEquivalenceTests {
  @Test("the same differences have the same probabilities; without a region there are none")
  func fields() {
    let values = [0.02, 0.03, -0.001, 0.015]
    let fields = PracticalEquivalence.fields(values, rope: 0.01)
    #expect(fields == PracticalEquivalence.fields(values, rope: 0.01))
    #expect(fields.count == PracticalEquivalence.columns.count)
    #expect(PracticalEquivalence.fields(values, rope: nil) == [])
    #expect(PracticalEquivalence.fields([], rope: 0.01) == ["", "", ""])
    #expect(PracticalEquivalence.fields([0, 0, 0], rope: 0.01) == ["0", "1", "0"])
  }
}
