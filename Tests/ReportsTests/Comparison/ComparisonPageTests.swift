import PipelineDSL
import Store
import Testing

@testable import Reports

struct ComparisonPageTests {
  private func runs(_ store: SampleStore) throws -> [RunSummary] {
    try [(0.0, 0.001), (-0.02, 0.002), (0, 0.001)].enumerated().map { number, change in
      var cells = SampleCells()
      (cells.shift, cells.rate) = change
      return try store.record(
        cells.all, id: "2026112\(number)-000000-aaaaaa", text: SampleCells.text,
        parameters: ["seed": 17, "size": .integer(number == 1 ? 96 : 224)])
    }
  }

  @Test func threeRunsStandSideBySide() throws {
    let store = try SampleStore()
    let runs = try runs(store)
    let html = try ComparisonPage.html(runs, records: store.records, cache: store.cache) {
      "\($0).html"
    }
    for section in ["metrics", "causes", "curves", "cells"] {
      #expect(html.contains("<section id=\"\(section)\""), "\(section)")
    }
    #expect(html.contains("The results of a and b differ, first at stage &#39;model&#39;."))
    #expect(html.contains("The results of a and c are equal."))
    #expect(html.contains("<a href=\"20261121-000000-aaaaaa.html\">"))
    #expect(html.contains("learning-rate"))
    #expect(html.contains("Parameters of the pipeline"))
    #expect(html.contains("data-figure=\"compared/model@backbone=cnn/validation/loss\""))
    #expect(html.ranges(of: "<script").count == 1)
  }

  @Test func recordedTextIsEscaped() throws {
    let store = try SampleStore()
    let evil = "<script>alert(1)</script>\"'"
    let runs = try (0...1).map { number in
      var cell = SampleStore.CellPlan("x@v=\(evil)", evil)
      cell.parameters = [evil: .string("\(evil)\(number)")]
      cell.metrics = [
        StageMetric("test/\(evil)", Double(number)), StageMetric(evil, step: 0, Double(number)),
        StageMetric(evil, step: 1, 2),
      ]
      return try store.record(
        [cell], id: "run-\(number)", pipeline: evil, text: "{}",
        parameters: [evil: .string("\(evil)\(number)")], environment: [evil: "\(evil)\(number)"])
    }
    let html = try ComparisonPage.html(runs, records: store.records, cache: store.cache) { _ in
      nil
    }
    #expect(html.ranges(of: "<script").count == 1)
  }

  @Test func runsWithoutCellsHaveAPage() throws {
    let store = try SampleStore()
    let runs = try ["run-1", "run-2"].map { try store.record([], id: $0, text: "{}", end: nil) }
    let html = try ComparisonPage.html(runs, records: store.records, cache: store.cache) { _ in
      nil
    }
    #expect(html.contains("The results of a and b are equal."))
    #expect(html.contains("badge unfinished"))
  }
}
