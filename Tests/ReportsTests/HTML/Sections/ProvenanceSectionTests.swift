import PipelineDSL
import Store
import Testing

@testable import Reports

struct ProvenanceSectionTests {
  @Test func showsParametersEnvironmentAndText() throws {
    let store = try SampleStore()
    let body = try #require(ProvenanceSection.body(try store.context([]))).text
    #expect(body.contains("<dt>seed</dt><dd><code>17</code></dd>"))
    #expect(body.contains("<dt>openblas</dt><dd>0.3.21</dd>"))
    #expect(body.contains("&quot;gather&quot;: [&quot;backbone&quot;]"))
  }

  @Test func givesTheCommandsOfAnAuditWithTheSeal() throws {
    let store = try SampleStore()
    let context = try store.context([])
    let seal = try #require(context.facts.summary.end?.seal)
    let body = try #require(ProvenanceSection.body(context)).text
    #expect(body.contains("assay audit 20261121-231501-ab12cd --expect \(seal.hex)"))
    let open = try #require(ProvenanceSection.body(try SampleStore().context([], end: nil))).text
    #expect(!open.contains("assay audit") && open.contains("no seal to audit"))
  }

  @Test func showsDefaultsThatThePipelineDoesNotState() throws {
    let store = try SampleStore()
    let body = try #require(
      ProvenanceSection.body(try store.context(SampleCells().all.only("pbc", "model")))
    ).text
    #expect(
      body.contains(
        """
        <th scope="row">model</th><td>fine-tune</td><td>learning-rate</td>\
        <td data-value="0.001"><code>0.001</code></td><td>default</td>
        """))
    // Values of an axis stand side by side.
    #expect(body.contains("&quot;cnn&quot; | &quot;mobilenet-v2&quot;"))
    #expect(body.contains("pipeline with resolved values"))
  }
}
