import Testing

@testable import Reports

@Suite struct GridCellTests {
  private func cell(
    _ values: [Double], of expected: Int = 2, samples: Double? = nil, hasFailed: Bool = false
  ) -> GridCell {
    GridCell(values: values, of: expected, samples: samples, hasFailed: hasFailed)
  }

  @Test("repeats have a mean and half of its interval")
  func repeats() {
    let repeated = cell([0.95, 0.97])
    #expect(repeated.method == .student)
    #expect(repeated.text(isRepeated: true) == "0.9600 ± 0.1271 (2)")
    #expect(cell([0.9, 0.9], of: 3).text(isRepeated: true) == "0.9000 ± 0 (2 of 3)")
  }

  @Test("a single accuracy has the interval of Wilson, which is not symmetric")
  func singleAccuracy() {
    let single = cell([0.875], of: 1, samples: 40)
    #expect(single.method == .wilson)
    #expect(single.text(isRepeated: false) == "0.8750 [0.7389, 0.9454]")
    #expect(cell([0.875], of: 1).text(isRepeated: false) == "0.8750")
  }

  @Test("values and counts that cannot be those of an accuracy have no interval")
  func unusableCounts() {
    #expect(cell([1.25], samples: 40).bounds == nil)
    #expect(cell([0.5], samples: 0).bounds == nil)
    #expect(cell([0.5], samples: -3).bounds == nil)
    #expect(cell([0.5], samples: 1e300).bounds == nil)
    #expect(cell([1e308, 1.5e308]).method == nil, "an overflow")
  }

  @Test("the published value follows a bar, also where ours is missing")
  func published() {
    var failed = cell([], hasFailed: true)
    failed.published = 0.9672
    #expect(failed.text(isRepeated: true) == "failed | 0.9672")
    #expect(failed.state == "failed" && !failed.isEmpty)
    let missing = cell([])
    #expect(missing.text(isRepeated: false) == "–")
    #expect(missing.state == "missing" && missing.isEmpty)
  }
}
