import Testing

@testable import PipelineDSL

@Suite struct LocatedJSONTests {
  private func locate(_ text: String) throws -> LocatedJSON {
    try JSONParser.locate(Array(text.utf8)).root
  }

  @Test func partsAreFound() throws {
    let root = try locate(#"{"a": [1, {"b": "x"}], "c": null}"#)
    #expect(root["a"]?.elements?.count == 2 && root["x"] == nil)
    #expect(root.deepest(["a", "1", "b"]).text == "x")
    #expect(root.deepest(["a", "1", "b"]).pointer == "/a/1/b")
    // If the path does not exist, the deepest existing part along it is returned.
    #expect(root.deepest(["a", "7", "b"]).pointer == "/a")
    #expect(root.deepest(["a", "x"]).pointer == "/a")
    #expect(root.deepest(["c", "d"]).pointer == "/c")
    #expect(root.deepest([]).pointer == "")
  }

  @Test func valueKeepsOrderAndTheFirstDuplicate() throws {
    let value = try locate(#"{"b": 1, "a": 2, "b": 3}"#).value
    #expect(value.object?.names == ["b", "a"] && value["b"] == 1)
  }

  @Test func stringsAreVisitedInOrder() throws {
    var seen: [String] = []
    try locate(#"{"k": ["a", {"x": "b"}, 1], "l": "c"}"#).forEachString { text, node in
      seen.append("\(node.pointer)=\(text)")
    }
    #expect(seen == ["/k/0=a", "/k/1/x=b", "/l=c"])
  }

  @Test func positionsAreOrderedByLineThenColumn() {
    #expect(SourcePosition(line: 1, column: 9) < SourcePosition(line: 2, column: 1))
    #expect(SourcePosition(line: 2, column: 1) < SourcePosition(line: 2, column: 3))
  }
}
