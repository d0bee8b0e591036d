import Testing

@testable import Statistics

@Suite struct FriedmanTestPermutationTests {
  /// All 6^2 arrangements of the other two blocks are equally likely; one is as spread as agreement.
  @Test("perfect agreement of three blocks has the probability of its arrangements")
  func smallest() {
    let test = FriedmanTest([[1, 2, 3], [4, 5, 6], [7, 8, 9]])
    let p = test.permutationP(seed: 1) ?? 0
    #expect(abs(p - 1.0 / 36) < 0.006, "\(p)")
    #expect((test.imanDavenportP ?? 1) == 0, "F is infinite")
    #expect(FriedmanTest([[1, 2, 3]]).permutationP(seed: 1) == nil)
    #expect(FriedmanTest([[1, 1], [2, 2]]).permutationP(seed: 1) == nil)
  }

  @Test("agrees with F of Iman and Davenport for many blocks")
  func manyBlocks() throws {
    let reference = try #require(
      ComparisonReferences.load().friedman.first { $0.name == "tied" })
    let test = FriedmanTest(reference.values)
    #expect(abs((test.permutationP(seed: 2) ?? 0) - (test.imanDavenportP ?? 1)) < 0.03)
  }

  @Test("rejects a true null of few blocks in at most 6 %, where F does not")
  func holdsItsLevel() {
    func test(_ random: inout SeededRandom) -> FriedmanTest {
      FriedmanTest((0..<3).map { _ in (0..<3).map { _ in random.normal() } })
    }
    let exact = rejections(seed: 16) { random in
      test(&random).permutationP(seed: random.next(), permutations: 200)
    }
    #expect(exact <= 0.06, "\(exact)")
    #expect(rejections(seed: 16) { test(&$0).imanDavenportP } > 0.1)
  }
}
