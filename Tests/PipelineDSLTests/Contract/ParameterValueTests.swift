import Testing

@testable import PipelineDSL

@Suite struct ParameterValueTests {
  /// The problem with a value, as `path: expected, found`.
  private func problem<Value: ParameterValue>(_ type: Value.Type, _ json: JSONValue) -> String? {
    do throws(ParameterError) { _ = try Value(json: json) } catch {
      return "\(error.path.joined(separator: "/")): \(error.expected), found \(error.found)"
    }
    return nil
  }

  @Test func valuesRoundTrip() throws {
    func check<Value: ParameterValue & Equatable>(_ value: Value) throws {
      #expect(try Value(json: value.json) == value)
    }
    try check(true)
    try check(-3)
    try check(0.1)
    try check("é")
    try check(Int?.none)
    try check(Int?(4))
    try check([[1.5], []])
    try check(["b": [1], "a": []])
    try check(JSONValue.object(["a": .null]))
    try check(Location("a/b"))
    try check(CropNormalise.Method.bilinear)
    #expect(try Int(json: 3.0) == 3 && Double(json: 3) == 3)
    #expect((["b": 1, "a": 2] as [String: Int]).json.object?.names == ["a", "b"])
  }

  @Test func problemsStateExpectedAndFound() {
    #expect(problem(Bool.self, 1) == ": true or false, found 1")
    #expect(problem(Int.self, 1.5) == ": a whole number, found 1.5")
    #expect(problem(Int.self, 1e30) == ": a whole number, found 1e+30")
    #expect(problem(Int.self, "1") == ": a whole number, found \"1\"")
    #expect(problem(Double.self, .null) == ": a number, found null")
    #expect(problem(String.self, ["x"]) == ": a string, found an array")
    #expect(problem(Int?.self, true) == ": a whole number, found true")
    #expect(problem([Int].self, [:]) == ": an array, found an object")
    #expect(problem([[Int]].self, [[1], [1, "x"]]) == "1/1: a whole number, found \"x\"")
    #expect(problem([String: Int].self, []) == ": an object, found an array")
    #expect(
      problem([String: [Int]].self, ["a": [1], "b": [.null]]) == "b/0: a whole number, found null")
    #expect(problem(Location.self, "") == ": the path of a folder or file, found \"\"")
    #expect(problem(CropNormalise.Method.self, "aera") == ": one of area, bilinear, found \"aera\"")
    #expect(problem(JSONValue.self, .null) == nil)
  }

  @Test func longStringsAreTruncated() {
    let long = JSONValue.string(String(repeating: "x", count: 10_000))
    #expect(long.found == "\"" + String(repeating: "x", count: 60) + "...\"")
    #expect(JSONValue.string("a\nb").found == #""a\u000ab""#)
  }

  @Test func shapesHavePhrases() {
    #expect(Bool.shape.phrase == "true or false" && Int.shape.phrase == "a whole number")
    #expect(ParameterShape.whole(8...1024).phrase == "a whole number from 8 to 1024")
    #expect(ParameterShape.real(0.5 ... .infinity).phrase == "a number of at least 0.5")
    #expect(ParameterShape.real(-.infinity...1).phrase == "a number of at most 1")
    #expect(ParameterShape.real(-.infinity ... .infinity).phrase == "a number")
    #expect(CropNormalise.Method.shape.phrase == "one of area, bilinear")
    #expect([[String]].shape.phrase == "a list, each a list, each a string")
    #expect([String: Bool].shape.phrase == "an object, each value true or false")
    #expect(Location?.shape.phrase == "a path, or null" && JSONValue.shape.phrase == "any value")
  }
}
