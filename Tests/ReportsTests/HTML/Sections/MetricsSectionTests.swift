import PipelineDSL
import Store
import Testing

@testable import Reports

struct MetricsSectionTests {
  @Test func hasOneRowPerMetricAndOneColumnPerCell() throws {
    let store = try SampleStore()
    let body = try #require(
      MetricsSection.body(try store.context(SampleCells().all.only("scores", "augment")))
    ).text
    #expect(body.contains("<b>scores</b>: 27 metrics of 2 cells"))
    #expect(body.contains(">backbone=mobilenet-v2</th>"))
    #expect(
      body.contains(
        """
        <th scope="row">test/loss</th><td class="n" data-value="0.34">0.3400</td>\
        <td class="n" data-value="0.30000000000000004">0.3000</td>
        """))
    #expect(body.contains(">value</th>"))
  }
}
