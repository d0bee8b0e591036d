import PipelineDSL
import Testing

@testable import Store

struct RunRecordsSelectionTests {
  @Test func selectsKeysOfARunOrOfWhatACellNeeds() throws {
    let scene = try GarbageScene()
    let results = try (0..<4).map { try scene.result("r\($0)") }
    try scene.run("1", results, status: nil)
    for (from, to) in [("c0", "c1"), ("c1", "c2")] {
      try scene.records.add(
        EdgeRow(from: from, output: "files", to: to, input: "files"), run: "1")
    }
    let keys = results.map(\.key)
    #expect(try scene.records.keys(run: "1") == keys.sorted())
    #expect(try scene.records.keys(run: "1", of: ["c2"]) == keys[0...2].sorted())
    #expect(try scene.records.keys(run: "1", of: ["c3", "c0"]) == [keys[0], keys[3]].sorted())
    let error = #expect(throws: StoreError.self) { try scene.records.keys(run: "1", of: ["c9"]) }
    #expect(error?.reason.hasPrefix("run 1 has no stage or cell 'c9'") == true)
  }
}
