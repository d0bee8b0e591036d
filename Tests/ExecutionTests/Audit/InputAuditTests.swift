import PipelineDSL
import Testing

@testable import Execution

@Suite struct InputAuditTests {
  private func problems(_ change: @escaping (Cell, JSONValue) -> JSONValue) throws -> [AuditProblem]
  {
    let scene = try AuditScene(preImage: change)
    return InputAudit(run: try scene.run(), keys: try scene.keys()).check().problems
  }

  @Test func matchingInputsHaveNoProblems() throws { #expect(try problems { $1 } == []) }

  @Test func differentInputIsReported() throws {
    let other = JSONValue.string(Digest.of("from nowhere").hex)
    let found = try problems { cell, preImage in
      cell.name == "b@n=1" ? preImage.with("inputs", ["files": [other]]) : preImage
    }
    #expect(found.map(\.subject) == ["'files' of b@n=1"])
    #expect(found[0].expected.hasPrefix("'files' of a@n=1, "))
    #expect(found[0].found == other.text)
  }

  @Test func swappedAndMissingInputsAreReported() throws {
    let swapped = try problems { cell, preImage in
      guard cell.name == "all", let both = preImage["inputs"]?["files"]?.elements else {
        return preImage
      }
      return preImage.with("inputs", ["files": .array(both.reversed())])
    }
    #expect(swapped.count == 2)
    let fewer = try problems { cell, preImage in
      guard cell.name == "all", let both = preImage["inputs"]?["files"]?.elements else {
        return preImage
      }
      return preImage.with("inputs", ["files": [both[0]]])
    }
    #expect(fewer.map(\.found) == ["1 in the pre-image of its key"])
  }
}
