import Testing

@testable import Reports

@Suite struct GridTableTests {
  private func table(_ metric: String?) -> GridTable {
    var cells = ["a", "b"].map { source in
      var cell = GridCell(values: [0.5], of: 1, samples: nil, hasFailed: false)
      (cell.published, cell.source) = (0.75, source)
      return cell
    }
    cells[1].ours = nil
    return GridTable(
      stage: "scores", metric: metric, rowAxis: "backbone", columnAxis: metric.map { _ in "size" },
      place: [("fold", "2")], repeats: [], rows: ["cnn"],
      columns: metric == nil ? ["x", "y"] : ["64", "224"], cells: [cells])
  }

  @Test("titles name the stage, the metric and the place")
  func titles() {
    #expect(table("test/loss").title == "scores: test/loss, fold=2")
    #expect(table(nil).title == "scores: fold=2")
  }

  @Test("entries name both axes, or the metric of their column")
  func entries() {
    let both = table("test/loss").entries
    #expect(both.map(\.column) == ["64", "224"])
    #expect(both.map(\.metric) == ["test/loss", "test/loss"])
    let metrics = table(nil).entries
    #expect(metrics.map(\.column) == [nil, nil])
    #expect(metrics.map(\.metric) == ["x", "y"])
    #expect(metrics.map(\.cell.state) == ["value", "missing"])
  }

  @Test("every source is named once")
  func sources() {
    #expect(table(nil).legend == ["ours | published: a; b"])
  }
}
