import PipelineDSL
import Statistics
import Store
import Testing

@testable import Reports

@Suite struct RepeatComparisonTests {
  private static let text = """
    { "assay": 1, "name": "p", "axes": { "backbone": ["a", "b"], "repeat": [1, 2, 3] },
      "stages": { "model": { "uses": "fine-tune", "seed": "${repeat}" } } }
    """

  private func cell(_ name: String, _ metrics: [StageMetric]) -> RunFacts.CellFacts {
    var cell = RunFacts.CellFacts(
      row: StageRunRow(
        run: "r", cell: name, stage: StageGraph.stage(of: name), kind: "k", key: nil,
        status: .executed, reason: "", started: 0))
    cell.metrics = metrics
    return cell
  }

  private func pairs(
    _ names: [String], _ value: (Int) -> (Double, Double)
  ) -> [(a: RunFacts.CellFacts, b: RunFacts.CellFacts)] {
    names.enumerated().map { index, name in
      let (a, b) = value(index)
      return (
        cell(name, [StageMetric("acc", step: 0, 9), StageMetric("acc", step: 1, a)]),
        cell(name, [StageMetric("acc", step: 0, 7), StageMetric("acc", step: 1, b)])
      )
    }
  }

  private let names = ["a", "b"].flatMap { backbone in
    (1...3).map { "model@backbone=\(backbone),repeat=\($0)" }
  }

  @Test func cellsAreGroupedByAxesThatSeedsDoNotUse() throws {
    let pairs = pairs(names) { (Double($0), Double($0) + ($0 < 3 ? 0.5 : Double($0))) }
    let (found, unchanged) = RepeatComparison.all(pairs, pipelineText: Self.text)
    #expect(unchanged == 0)
    #expect(found.map(\.coordinates) == ["backbone=a", "backbone=b"])
    #expect(found.map(\.over) == [["repeat"], ["repeat"]])
    #expect(found[0].interval.mean == 0.5)
    #expect(found[0].interval.low == 0.5)
    #expect(found[1].interval.mean == 4)
    #expect(found[1].interval.low < 4 && found[1].interval.high > 4)
    #expect(found[1].a == 4)
    #expect(found[1].b == 8)
  }

  @Test func repeatsOfAPartAreFound() throws {
    let part = Self.text.replacing(#""name": "p""#, with: #""part": true"#)
    let text = #"{"assay": 1, "name": "p", "include": [{"file": "g.json", "part": \#(part)}]}"#
    let pairs = pairs(names) { (Double($0), Double($0) + 1) }
    let (found, _) = RepeatComparison.all(pairs, pipelineText: text)
    #expect(found.map(\.over) == [["repeat"], ["repeat"]])
  }

  @Test func differentConditionsAreNeverAveraged() throws {
    let names = ["x", "y", "z"].map { "model@backbone=\($0)" }
    let text = Self.text.replacing("${repeat}", with: "3")
    let all = RepeatComparison.all(pairs(names) { (0, Double($0)) }, pipelineText: text)
    #expect(all.comparisons.isEmpty && all.unchanged == 0)
  }

  @Test func equalMetricsAreCountedAndNaNPairsAreLeftOut() throws {
    let same = pairs(Array(names.prefix(3))) { (Double($0), Double($0)) }
    let (none, unchanged) = RepeatComparison.all(same, pipelineText: Self.text)
    #expect(none.isEmpty)
    #expect(unchanged == 1)
    let names = (1...4).map { "model@backbone=a,repeat=\($0)" }
    let (found, _) = RepeatComparison.all(
      pairs(names) { (0, $0 == 0 ? .nan : Double($0)) }, pipelineText: Self.text)
    #expect(found.map(\.interval.pairs) == [3])
    #expect(found.map(\.leftOut) == [1])
  }

  @Test func sameValuesGiveTheSameInterval() throws {
    let values = { (index: Int) in (Double(index), Double(index * index) / 7) }
    let first = RepeatComparison.all(pairs(names, values), pipelineText: Self.text).comparisons
    let second = RepeatComparison.all(pairs(names, values), pipelineText: Self.text).comparisons
    #expect(first.map(\.interval) == second.map(\.interval))
  }

  @Test func axisValuesMayContainCommas() {
    let cell = CellCoordinates("m@mix=a,b=c,seed=3", axes: ["mix", "seed"])
    #expect(cell.values.map(\.axis) == ["mix", "seed"])
    #expect(cell.values.map(\.value) == ["a,b=c", "3"])
  }
}
