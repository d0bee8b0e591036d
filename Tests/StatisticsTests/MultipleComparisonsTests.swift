import Testing

@testable import Statistics

@Suite struct MultipleComparisonsTests {
  @Test("agrees with statsmodels")
  func agreesWithStatsmodels() throws {
    for reference in try ComparisonReferences.load().corrections {
      let method = try #require(MultipleComparisons(rawValue: reference.method))
      let adjusted = method.adjusted(reference.values)
      for (value, expected) in zip(adjusted, reference.adjusted) {
        #expect(agrees(value, expected), "\(reference.method) of \(reference.values)")
      }
    }
  }

  @Test("tests without a p-value are not counted")
  func missing() {
    #expect(MultipleComparisons.bonferroni.adjusted([0.25, nil, 0.125]) == [0.5, nil, 0.25])
    #expect(MultipleComparisons.holm.adjusted([nil, nil]) == [nil, nil])
    #expect(MultipleComparisons.none.adjusted([0.25, nil, 0.125]) == [0.25, nil, 0.125])
  }

  @Test("any rejection among twelve true nulls happens in at most 6 %, without correction often")
  func holdsTheLevelOfTheFamily() {
    func smallest(_ method: MultipleComparisons) -> Double {
      rejections(seed: 10) { random in
        method.adjusted((0..<12).map { _ in random.uniform() }).compactMap(\.self).min()
      }
    }
    for method in [MultipleComparisons.holm, .bonferroni, .benjaminiHochberg] {
      #expect(smallest(method) <= 0.06, "\(method)")
    }
    #expect(smallest(.none) > 0.4)
  }
}
