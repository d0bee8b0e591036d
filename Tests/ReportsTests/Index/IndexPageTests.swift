import PipelineDSL
import Store
import Testing

@testable import Reports

struct IndexPageTests {
  @Test func runsAreShownWithoutTheScript() throws {
    let store = try SampleStore()
    for number in 1...3 { try RunIndexTests.record(number, [0.5], in: store, threshold: 0.6) }
    try store.records.add(
      EventRow(run: "20261121-000000-aaaaaa", kind: "tag", subject: "paper", at: 0))
    let html = try IndexPage.html(store.records) { $0.hasPrefix("20261122") ? "x/\($0).html" : nil }
    #expect(html.contains("<a href=\"x/20261122-000000-aaaaaa.html\">20261122-000000-aaaaaa</a>"))
    #expect(!html.contains("<a href=\"x/20261121"))
    for text in [
      "0 of 1", "paper", "test/accuracy 0.5000", "3 runs of 1 pipeline", "at least 0.6000",
    ] {
      #expect(html.contains(text), "\(text)")
    }
  }

  @Test func recordedTextIsEscaped() throws {
    let store = try SampleStore()
    let evil = "</script><script>alert(1)</script>\"'"
    var cell = SampleStore.CellPlan("x", "command")
    cell.metrics = [StageMetric("test/\(evil)", 1)]
    for number in 1...2 {
      _ = try store.record(
        [cell], id: "run-\(number)", pipeline: evil, text: "{}", parameters: ["<b>": .string(evil)])
    }
    let html = try IndexPage.html(store.records) { _ in nil }
    // The data and the script of the page, and no other.
    #expect(html.ranges(of: "<script").count == 2)
    #expect(html.ranges(of: "</script").count == 2)
  }

  @Test func emptyRecordHasAPage() throws {
    let store = try SampleStore()
    let html = try IndexPage.html(store.records) { _ in nil }
    #expect(html.contains("The record has no runs yet."))
  }

  @Test func onlyTheNewestRowsAreInThePage() throws {
    let store = try SampleStore()
    for number in 0..<IndexPage.rowLimit + 5 {
      _ = try store.record([], id: "run-\(1000 + number)", text: "{}")
    }
    let html = try IndexPage.html(store.records) { _ in nil }
    #expect(html.ranges(of: "<th scope=\"row\"").count == IndexPage.rowLimit)
    #expect(html.contains("\"run-1000\""))
  }
}
