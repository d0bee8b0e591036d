import PipelineDSL
import Testing

@Suite struct ArtifactComparatorTests {
  @Test(
    arguments: [
      ("bytes", .bytes), ("ignore", .ignore), ("json", .json(tolerance: 0)),
      ("json 1e-06", .json(tolerance: 1e-6)), ("table 0.5", .table(tolerance: 0.5)),
      ("table", .table(tolerance: 0)),
    ] as [(String, ArtifactComparator)])
  func roundTripsThroughText(text: String, comparator: ArtifactComparator) throws {
    #expect(ArtifactComparator(text: text) == comparator)
    #expect(comparator.text == text)
    #expect(try ArtifactComparator(json: comparator.json) == comparator)
  }

  @Test(
    arguments: [
      "", "byte", "bytes 1", "ignore 0", "json -1", "json nan", "json inf", "json 1 2", "table x",
      "json  1",
    ])
  func otherTextIsRefused(text: String) {
    #expect(ArtifactComparator(text: text) == nil)
    let problem = #expect(throws: ParameterError.self) {
      try ArtifactComparator(json: .string(text))
    }
    #expect(problem?.expected.contains("json 1e-6") == true)
  }

  private func difference(
    _ comparator: ArtifactComparator, _ old: String, _ new: String, _ path: String
  ) -> String? {
    comparator.difference(from: Array(old.utf8), to: Array(new.utf8), path: path)
  }

  @Test func bytesComparesEveryByte() {
    #expect(difference(.bytes, "abc", "abc", "x") == nil)
    #expect(difference(.bytes, "abc", "abd", "x") == "byte 2 of 3 and 3 bytes")
    #expect(difference(.bytes, "abc", "ab", "x") == "byte 2 of 3 and 2 bytes")
    #expect(difference(.ignore, "abc", "", "x") == nil)
  }

  @Test func jsonIsComparedByValue() {
    let json = ArtifactComparator.json(tolerance: 1e-3)
    #expect(difference(json, #"{"a": 1, "b": [2.0]}"#, #"{"b":[2.001],"a":1.0}"#, "m.json") == nil)
    #expect(difference(json, #"{"a": 1}"#, #"{"a": 1.01}"#, "m.json") == "/a: 1 and 1.01")
    #expect(difference(json, #"{"a": 1}"#, "{}", "m.json") == "/a: 1 and nothing")
    #expect(difference(json, #"{"a": "1"}"#, #"{"a": 1}"#, "m.json") == "/a: \"1\" and 1")
    #expect(difference(json, "[1]", "[1, 2]", "m.json") == "/: an array and an array")
    #expect(difference(json, "1", "1.0", "m.txt") == "byte 1 of 1 and 3 bytes", "by its name")
    #expect(difference(json, "{", "{}", "m.json") == "byte 1 of 1 and 2 bytes", "not JSON")
  }

  @Test func tablesAreComparedByField() {
    let table = ArtifactComparator.table(tolerance: 1e-3)
    #expect(difference(table, "a,b\nx,1\n", "a,b\r\n\"x\",1.0005\r\n", "t.csv") == nil)
    #expect(difference(table, "a,b\nx,1\n", "a,b\nx,2\n", "t.csv") == "row 1, 'b': '1' and '2'")
    #expect(difference(table, "a,b\nx,1\n", "a,b\ny,1\n", "t.csv") == "row 1, 'a': 'x' and 'y'")
    #expect(difference(table, "a\n1\n", "b\n1\n", "t.csv") == "the header")
    #expect(difference(table, "a\n1\n", "a\n", "t.csv") == "1 and 0 rows")
    #expect(difference(table, "a\n1\n", "a\n1,2\n", "t.csv") != nil, "no table")
  }

  @Test func toleranceIsRelativeAboveOne() {
    #expect(ArtifactComparator.agree(1e6, 1e6 + 1, within: 1e-6))
    #expect(!ArtifactComparator.agree(1e-3, 2e-3, within: 1e-4))
    #expect(ArtifactComparator.agree(1e-9, -1e-9, within: 1e-6))
    #expect(ArtifactComparator.agree(.nan, .nan, within: 0))
    #expect(!ArtifactComparator.agree(.nan, 0, within: 1))
    #expect(ArtifactComparator.agree(.infinity, .infinity, within: 0))
    #expect(!ArtifactComparator.agree(.infinity, 1, within: 0.5))
  }
}
