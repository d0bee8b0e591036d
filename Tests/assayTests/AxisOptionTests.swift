import PipelineDSL
import Testing

@testable import assay

/// What `--axis` accepts.
@Suite struct AxisOptionTests {
  private func axes(_ texts: String...) throws -> JSONValue {
    let words = texts.flatMap { ["--axis", $0] }
    return try AxisOption.axes(Arguments(words, options: Workspace.pipelineOptions)).json
  }

  @Test func valuesAreJSONTextOrRanges() throws {
    #expect(try axes("seed=1..3") == ["seed": [1, 2, 3]])
    #expect(try axes("seed=-1..1,7") == ["seed": [-1, 0, 1, 7]])
    #expect(try axes("x=a,2,0.5,true,1..b") == ["x": ["a", 2, 0.5, true, "1..b"]])
    #expect(try axes(#"x=["a,b", {"name": "n"}]"#) == ["x": ["a,b", ["name": "n"]]])
    #expect(try axes("x=1", "y=2") == ["x": [1], "y": [2]])
  }

  @Test(
    arguments: [
      ("seed", "--axis takes NAME=VALUES"), ("=1", "--axis takes NAME=VALUES"),
      ("seed=", "a value is empty"), ("seed=1,,2", "a value is empty"),
      ("seed=5..1", "the range '5..1' is empty; write 1..5"),
      ("seed=0..10000", "'0..10000' has more than 10000 values"),
      ("seed=-9223372036854775808..9223372036854775807", "more than 10000 values"),
      ("seed=[1", "not a JSON array"),
    ])
  func otherTextIsAUsageError(text: String, problem: String) throws {
    let error = #expect(throws: CommandError.self) { try axes(text) }
    guard case .usage(let reason)? = error else {
      Issue.record("\(text)")
      return
    }
    #expect(reason.contains(problem), "\(reason)")
  }
}
