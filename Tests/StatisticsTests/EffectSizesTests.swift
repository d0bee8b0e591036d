import Testing

@testable import Statistics

@Suite struct EffectSizesTests {
  @Test("Cohen's d of pairs is their mean divided by their deviation")
  func cohen() throws {
    for reference in try ComparisonReferences.load().wilcoxon {
      #expect(agrees(EffectSizes.cohen(reference.values), reference.cohen), "\(reference.name)")
    }
    #expect(EffectSizes.cohen([1]) == nil)
    #expect(EffectSizes.cohen([1, 1]) == nil)
    #expect(EffectSizes.cohen([]) == nil)
  }

  @Test("Cliff's delta counts the pairs on either side")
  func cliff() throws {
    for reference in try ComparisonReferences.load().cliff {
      #expect(agrees(EffectSizes.cliff(reference.x, reference.y), reference.value))
    }
    #expect(EffectSizes.cliff([], [1]) == nil)
  }

  @Test("the odds ratio has the interval of Wilson's share of discordant pairs")
  func oddsRatio() throws {
    for reference in try ComparisonReferences.load().mcnemar {
      let odds = try #require(EffectSizes.oddsRatio(b: reference.b, c: reference.c))
      #expect(agrees(odds.value, reference.odds ?? -1))
      #expect(agrees(odds.low, reference.low) || odds.low < 1e-15 && reference.low < 1e-15)
      #expect(agrees(odds.high, reference.high ?? -1))
    }
    #expect(EffectSizes.oddsRatio(b: 0, c: 0) == nil)
    #expect(EffectSizes.oddsRatio(b: 3, c: 0)?.value == .infinity)
  }
}
