import Testing

@testable import PipelineDSL

@Suite struct JSONPathTests {
  @Test func pointersFollowRFC6901() {
    #expect(JSONPath.root.pointer == "")
    #expect(JSONPath.member(.root, "a/b").pointer == "/a~1b")
    #expect(JSONPath.element(.member(.root, "m~n"), 3).pointer == "/m~0n/3")
    #expect(JSONPath.member(.member(.root, ""), " ").pointer == "// ")
    // A slash followed by a combining mark is escaped too.
    #expect(JSONPath.escape("/\u{301}") == "~1\u{301}")
  }
}
