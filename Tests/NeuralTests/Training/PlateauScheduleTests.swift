import Testing

@testable import Neural

@Suite struct PlateauScheduleTests {
  @Test func agreesWithPyTorch() throws {
    let expected = try cnnFixture()
    var schedule = PlateauSchedule(rate: 1e-3, factor: 0.1, patience: 2)
    let rates = expected.plateauLosses.map { loss in
      schedule.observe(loss)
      return schedule.rate
    }
    #expect(zip(rates, expected.plateauRates).allSatisfy { abs($0 - $1) <= 1e-15 })
    #expect(rates.count == 13 && Set(rates).count > 2)
  }
}
