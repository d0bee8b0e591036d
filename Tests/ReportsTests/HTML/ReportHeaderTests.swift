import PipelineDSL
import Store
import Testing

@testable import Reports

struct ReportHeaderTests {
  @Test func countsCellsAndChecks() throws {
    let store = try SampleStore()
    let header = ReportHeader.html(try store.context(SampleCells().all.only("c-nmc", "scores")))
      .text
    #expect(header.contains("<b>1</b><span>cell cached</span>"))
    #expect(header.contains("<b>2</b><span>cells executed</span>"))
    #expect(header.contains("<b>1 of 2</b><span>checks met</span>"))
    #expect(header.contains("2026-11-21 22:26:40 UTC on bench-3, by mara"))
  }
}
