import PipelineDSL
import Statistics
import Testing

@testable import Stages

@Suite struct JudgementTableTests {
  private func prediction(_ id: String) -> ExplainedModel.Prediction {
    ExplainedModel.Prediction(
      index: 0, sample: Sample(id: id, source: "", nativeLabel: "", label: "ALL", group: ""),
      predicted: 0, probability: 1, isRight: true, rank: 0)
  }

  /// A table of one measure; values by method, one per image.
  private func table(
    _ measure: Measure, _ values: KeyValuePairs<String, [Double]>
  ) -> JudgementTable {
    var table = JudgementTable(baselines: [.random, .edges], confidence: 0.95)
    for (method, values) in values {
      for (index, value) in values.enumerated() {
        table.add(measure, value, method: method, prediction("\(index)"))
      }
    }
    return table
  }

  @Test("the gain is over the best baseline, paired by image, with an interval")
  func gainOverTheBest() throws {
    let table = table(
      .insertion,
      ["lime": [0.9, 0.8, 0.7], "random": [0.4, 0.3, 0.2], "edges": [0.5, 0.6, 0.5]])
    let gain = try #require(table.gain(of: "lime", in: .insertion))
    #expect(gain.baseline == .edges)
    #expect(isNear(gain.mean, 0.8 / 3))
    // Differences of 0.4, 0.2 and 0.2; Student's t at 2 degrees of freedom is 4.3026527297.
    let half = 4.302652729911275 * 0.11547005383792516 / 3.0.squareRoot()
    let bounds = try #require(gain.bounds)
    #expect(isNear(bounds.lowerBound, 0.8 / 3 - half, 1e-9))
    #expect(isNear(bounds.upperBound, 0.8 / 3 + half, 1e-9))
    #expect(!gain.isGain, "the interval contains 0")
    #expect(table.metrics["lime/insertion/gain-low"].map { isNear($0, 0.8 / 3 - half) } == true)
  }

  @Test("a low deletion is a gain; a value as high as a baseline's is none")
  func directions() throws {
    let table = table(
      .deletion,
      [
        "good": [0.1, 0.12, 0.11], "poor": [0.5, 0.48, 0.52], "random": [0.5, 0.5, 0.5],
        "edges": [0.6, 0.6, 0.6],
      ])
    let good = try #require(table.gain(of: "good", in: .deletion))
    #expect(good.isGain && good.baseline == .random && isNear(good.mean, 0.39))
    #expect(table.gain(of: "poor", in: .deletion)?.isGain == false)
    #expect(table.withoutGain.map(\.method) == ["poor"])
    #expect(table.withoutGain.map(\.measures) == [[.deletion]])
    let verdict = try table.gains.column(GainsFormat.Column.verdict)
    #expect(table.gains.rows.map { $0[verdict] } == ["gain", "no-gain", "baseline", "baseline"])
  }

  @Test("random maps gain over random baselines as seldom as the interval promises")
  func nominalError() {
    var random = SeededRandom(seed: 20)
    let draws = 1000
    var gains = 0
    for _ in 0..<draws {
      func values() -> [Double] { (0..<20).map { _ in random.normal() } }
      let table = table(.insertion, ["lime": values(), "random": values(), "edges": values()])
      if table.gain(of: "lime", in: .insertion)?.isGain == true { gains += 1 }
    }
    // 2.5 % against one baseline, and less against the better of two.
    #expect(gains > 0 && Double(gains) / Double(draws) <= 0.025)
  }

  @Test("a single image has no interval, and so no gain")
  func singleImage() throws {
    let table = table(.insertion, ["lime": [1], "random": [0], "edges": [0]])
    let gain = try #require(table.gain(of: "lime", in: .insertion))
    #expect(gain.mean == 1 && gain.bounds == nil && !gain.isGain)
    let row = table.gains.rows[0]
    #expect(
      row == ["lime", "insertion", "1", "1", "", "", "higher", "random", "1", "", "", "no-gain"])
    #expect(table.metrics["lime/insertion/gain-low"] == nil)
  }

  @Test("measures of stability and baselines themselves have no gain")
  func withoutBaseline() {
    let stable = table(.maxSensitivity, ["lime": [0.1, 0.2]])
    #expect(stable.gain(of: "lime", in: .maxSensitivity) == nil)
    #expect(stable.gains.rows[0].last == "")
    #expect(stable.metrics.keys.sorted() == ["lime/max-sensitivity"])
    let baselines = table(.insertion, ["random": [0.1, 0.2], "edges": [0.1, 0.3]])
    #expect(baselines.gain(of: "edges", in: .insertion) == nil)
  }

  @Test("only images that both have are paired")
  func missingImages() throws {
    var table = table(.pixelAUROC, ["random": [0.5, 0.5]])
    table.add(.pixelAUROC, 0.9, method: "lime", prediction("1"))
    table.add(.pixelAUROC, 0.7, method: "lime", prediction("7"))
    let gain = try #require(table.gain(of: "lime", in: .pixelAUROC))
    #expect(isNear(gain.mean, 0.4) && gain.bounds == nil)
    #expect(
      table.measures.rows.last == ["7", "ALL", "true", "lime", "pixel-auroc", "0.700000"])
  }
}
