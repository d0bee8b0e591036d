import PipelineDSL
import Testing

@testable import Reports

struct HTMLJSONTests {
  @Test func noTextEndsTheElement() throws {
    let value: JSONValue = ["a": "</script><script>", "b": [1, "&amp;"]]
    let html = HTML.json(value, as: "index").text
    let start = "<script type=\"application/json\" data-index>"
    #expect(html.hasPrefix(start) && html.hasSuffix("</script>"))
    let content = html.dropFirst(start.count).dropLast("</script>".count)
    #expect(!content.contains("<"))
    #expect(try JSONParser.parse(String(content)) == value)
  }
}
