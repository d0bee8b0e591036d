import PipelineDSL
import Store
import Testing

@testable import Reports

struct RecordSectionTests {
  @Test func showsParametersEnvironmentAndText() throws {
    let store = try SampleStore()
    let body = try #require(RecordSection.body(try store.context([]))).text
    #expect(body.contains("<dt>seed</dt><dd><code>17</code></dd>"))
    #expect(body.contains("<dt>openblas</dt><dd>0.3.21</dd>"))
    #expect(body.contains("&quot;gather&quot;: [&quot;backbone&quot;]"))
  }
}
