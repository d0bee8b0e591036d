import Testing

@testable import Neural

/// Adam and AdamW, compared with the numbers of `adam.py`.
@Suite struct AdamTests {
  @Test(arguments: DecayForm.allCases, [false, true])
  func stepsAgreeWithPyTorch(form: DecayForm, all: Bool) throws {
    let cases = try fixture("adam.json", as: [String: [Double]].self)
    let expected = try #require(cases["\(form.rawValue) \(all ? "all" : "kernels")"])
    // A kernel, a batch norm's weight and bias, a kernel and a bias.
    let kernels = [0..<24, 30..<42]
    let decay = WeightDecay(form, factor: 0.1, all ? [0..<24, 24..<46] : kernels)
    var adam = Adam(count: 46, decay)
    var parameters = formula(46, salt: 1)
    for step in 0..<5 { adam.step(&parameters, formula(46, salt: 10 + step), rate: 0.01) }
    #expect(difference(parameters, expected) < 1e-6)
    let others = try #require(cases["\(form.rawValue) \(all ? "kernels" : "all")"])
    #expect(difference(parameters, others) > 1e-4)
  }

  @Test(arguments: Backbone.allCases) func onlyKernelsDecay(backbone: Backbone) throws {
    let table = try backbone.network(Backbone.Form(size: 96, classes: 3)).table
    let decay = WeightDecay(.coupled, factor: 1, table, all: false)
    for entry in table.entries where !entry.isStatistic {
      let range = entry.offset..<entry.offset + entry.count
      let isKernel = entry.name.contains(".weight") && entry.shape.count > 1
      #expect(decay.ranges.contains { $0.overlaps(range) } == isKernel, "\(entry.name)")
      decay.forEachPart(of: range) { #expect($0 == range && $1 == isKernel, "\(entry.name)") }
    }
    let all = WeightDecay(.coupled, factor: 1, table, all: true)
    #expect(all.ranges == [0..<table.parameterCount])
  }

  @Test func tilesAreDividedAtTheEdgesOfRanges() {
    let decay = WeightDecay(.coupled, factor: 1, [2..<5, 5..<7, 9..<20])
    #expect(decay.ranges == [2..<7, 9..<20])
    func parts(_ range: Range<Int>) -> [String] {
      var parts: [String] = []
      decay.forEachPart(of: range) { parts.append("\($0) \($1)") }
      return parts
    }
    #expect(parts(4..<12) == ["4..<7 true", "7..<9 false", "9..<12 true"])
    #expect(parts(0..<3) == ["0..<2 false", "2..<3 true"])
    #expect(parts(20..<22) == ["20..<22 false"])
  }

  /// A large network's parameters span tiles.
  @Test func threadsDoNotChangeBits() {
    let count = 200_000
    let decay = WeightDecay(.decoupled, factor: 0.1, [10..<70_000, 131_072..<131_080])
    let results = [1, 2, 3].map { threads in
      var adam = Adam(count: count, decay)
      var parameters = formula(count, salt: 1)
      let pool = TilePool(threads: threads)
      for step in 0..<2 { adam.step(&parameters, formula(count, salt: 9 + step), rate: 0.1, pool) }
      return parameters
    }
    #expect(results[0] == results[1] && results[0] == results[2])
  }
}
