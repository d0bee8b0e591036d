import PipelineDSL
import Testing

@testable import Stages

@Suite struct SplitTableTests {
  @Test func refusesAnUnknownPartAndARepeatedID() throws {
    let harness = try StageHarness()
    for (name, text, reason) in [
      ("part", "id,part,label,group\na,training,X,\n", "found 'training'"),
      ("twice", "id,part,label,group\na,train,X,\na,test,X,\n", "duplicate id a"),
    ] {
      let artifact = try harness.artifact(name, [("split.csv", Array(text.utf8))])
      let failure = #expect(throws: StageError.self) { try SplitTable(artifact) }
      #expect(failure?.reason.contains(reason) == true)
    }
  }
}
