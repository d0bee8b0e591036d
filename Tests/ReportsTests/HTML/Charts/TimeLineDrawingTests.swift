import Testing

@testable import Reports

struct TimeLineDrawingTests {
  @Test func drawsABarPerCellAndTheMemory() throws {
    let store = try SampleStore()
    let context = try store.context(SampleCells().all)
    let drawing = TimeLineDrawing(TimeLine(context.facts, parts: 1000))
    let body = drawing.body.text
    #expect(body.contains("<title>model@backbone=cnn\n31 min 14 s, from"))
    #expect(body.contains("<path class=\"area s0\" d=\"M62"))
    // Five stages have a colour of their own.
    #expect(body.contains(">other stages</text>"))
    #expect(body.ranges(of: "class=\"fill lane").count == body.ranges(of: "<title>").count - 1)
    #expect(drawing.standalone.contains("</svg>"))
  }

  @Test func namesAreEscaped() throws {
    let store = try SampleStore()
    let cell = SampleStore.CellPlan("<b>@v=\"'&", "command")
    let context = try store.context([cell])
    let drawing = TimeLineDrawing(TimeLine(context.facts, parts: 1000))
    #expect(drawing.body.text.contains("<title>&lt;b&gt;@v=&quot;&#39;&amp;\n"))
    #expect(!drawing.svg.text.contains("<b>"))
  }
}
