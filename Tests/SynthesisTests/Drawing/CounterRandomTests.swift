import Testing

@testable import Synthesis

@Suite struct CounterRandomTests {
  @Test func streamDependsOnAllFourKeyParts() {
    func first(_ seed: UInt64, _ source: String, _ image: Int, _ purpose: String) -> UInt64 {
      var random = CounterRandom(seed: seed, source: source, image: image, purpose: purpose)
      return random.next()
    }
    let start = first(1, "a", 0, "b")
    #expect(start == first(1, "a", 0, "b"))
    let others = [
      first(2, "a", 0, "b"), first(1, "c", 0, "b"), first(1, "a", 1, "b"), first(1, "a", 0, "c"),
      first(1, "ab", 0, ""),
    ]
    #expect(Set(others + [start]).count == 6)
  }

  @Test func numbersFollowTheirDistributions() {
    var random = CounterRandom(seed: 3, source: "s", image: 4, purpose: "p")
    let count = 20_000
    let uniform = (0..<count).map { _ in Double(random.uniform()) }
    #expect(uniform.allSatisfy { $0 >= 0 && $0 < 1 })
    #expect(abs(uniform.reduce(0, +) / Double(count) - 0.5) < 0.01)
    let bells = (0..<count).map { _ in Double(random.bell()) }
    #expect(abs(bells.reduce(0, +) / Double(count)) < 0.03)
    #expect(abs(bells.reduce(0) { $0 + $1 * $1 } / Double(count) - 1) < 0.04)
    #expect(bells.allSatisfy { abs($0) < 3.5 })
    let dice = (0..<6000).map { _ in random.whole(1...6) }
    #expect(Set(dice) == Set(1...6))
    let picks = (0..<4000).map { _ in random.choose([("a", 3), ("b", 1)]) }
    #expect(abs(picks.count { $0 == "a" } - 3000) < 150)
  }
}
