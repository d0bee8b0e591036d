import Testing

@testable import Neural

@Suite struct CounterRandomTests {
  @Test func numbersAreUniform() {
    let draws = (0..<20_000).map(CounterRandom(seed: 1, 2).uniform)
    #expect(draws.allSatisfy { $0 >= 0 && $0 < 1 })
    let mean = draws.reduce(0.0) { $0 + Double($1) } / 20_000
    #expect(abs(mean - 0.5) < 0.01)
  }

  @Test func normalNumbersHaveUnitVariance() {
    let draws = (0..<20_000).map(CounterRandom(seed: 3, 4).normal)
    let mean = draws.reduce(0, +) / 20_000
    let variance = draws.reduce(0) { $0 + $1 * $1 } / 20_000
    #expect(abs(mean) < 0.03 && abs(variance - 1) < 0.05)
  }

  @Test func drawsDependOnWordsAndTheirOrder() {
    let keys = [
      CounterRandom(seed: 0, 1, 2), CounterRandom(seed: 0, 2, 1), CounterRandom(seed: 1, 1, 2),
      CounterRandom(seed: 0, 1), CounterRandom(seed: 0, 1, 0),
    ]
    #expect(Set(keys.map { $0.bits(0) }).count == 5)
  }
}
