import Foundation
import PipelineDSL
import Store
import Testing

@testable import Reports

struct SamplesSectionTests {
  @Test func countsClassesByPartAndBySource() throws {
    let store = try SampleStore()
    let context = try store.context(SampleCells().all.only("c-nmc", "labels", "split"))
    let body = try #require(SamplesSection.body(context)).text
    #expect(body.contains("<h3>split <span class=\"soft\">class by part, 200 samples</span></h3>"))
    #expect(
      body.contains(
        """
        <tr><td>ALL</td><td class="n">58</td>
        <td class="n">7</td>
        <td class="n">7</td><td class="n">72</td>
        """))
    #expect(body.contains("<h3>c-nmc <span class=\"soft\">from c-nmc, 106 samples</span></h3>"))
    #expect(
      body.contains(
        """
        <tr><td>Healthy</td><td class="n">34</td>
        <td class="n">12</td><td class="n">46</td>
        """))
  }

  @Test func calibrationIsAColumnOnlyWhereItIsUsed() throws {
    for isUsed in [true, false] {
      var cells = SampleCells().all.only("split")
      for index in cells.indices where cells[index].name == "split" {
        let parts = isUsed ? "x,calibration,ALL,\ny,test,ALL,\n" : "x,train,ALL,\ny,test,ALL,\n"
        cells[index].outputs = [
          .init("split", .split, text: ["split.csv": "id,part,label,group\n" + parts])
        ]
      }
      let store = try SampleStore()
      let body = try #require(SamplesSection.body(try store.context(cells))).text
      #expect(body.contains("</i>calibration</th>") == isUsed)
      #expect(body.contains("</i>test</th>"))
    }
  }

  @Test func countsByTwoColumns() {
    let table = CSVTable(columns: ["a", "b"], rows: [["x", "1"], ["x", "2"], ["x", "1"]])
    #expect(SamplesSection.counts(table, 0, 1) == ["x": ["1": 2, "2": 1]])
  }

  @Test("with several sources, a split is counted by class, source and part")
  func countsBySource() throws {
    let store = try SampleStore()
    let context = try store.context(
      SampleCells().all.only("c-nmc", "pbc", "labels", "cells", "split"))
    let body = try #require(SamplesSection.body(context)).text
    #expect(body.contains("class by source by part"))
    let row = try #require(body.range(of: "<th scope=\"row\">Healthy</th><td>c-nmc</td>"))
    #expect(body[row.upperBound...].prefix(200).contains("28"))
  }
}
