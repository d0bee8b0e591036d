import PipelineDSL
import Store
import Testing

@testable import Reports

struct TimesSectionTests {
  @Test("the section has a line per evaluated model, and is absent without times")
  func showsALinePerModel() throws {
    let store = try SampleStore()
    var context = try store.context(SampleCells().all)
    #expect(TimesSection.body(context) == nil)
    context.times = try RunTimes(context.facts, store.records)
    let body = try #require(TimesSection.body(context)).text
    #expect(body.contains("<th scope=\"row\">scores<wbr>@backbone=cnn</th>"))
    #expect(body.contains(">training</th>"))
    #expect(body.contains(">overall</th>"))
  }
}
