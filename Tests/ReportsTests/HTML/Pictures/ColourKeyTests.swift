import Testing

@testable import Reports

struct ColourKeyTests {
  @Test("only the keys of what is shown appear")
  func keys() {
    #expect(ColourKey.html([], masks: false).text.isEmpty)
    let heat = ColourKey.html([.heat], masks: false).text
    #expect(heat.contains("rgb(0 0 128)"))
    #expect(heat.contains("much support"))
    #expect(!heat.contains("contradicts"))
    #expect(ColourKey.html([.signed], masks: false).text.contains("contradicts the class"))
    #expect(ColourKey.html([], masks: true).text.contains("outline of its nucleus"))
  }
}
