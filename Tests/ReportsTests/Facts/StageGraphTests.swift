import Store
import Testing

@testable import Reports

struct StageGraphTests {
  @Test func groupsCellsByStageInFileOrder() {
    let graph = StageGraph(
      cells: ["b@x=1": "b", "b@x=2": "b", "a": "a", "z": "z"],
      edges: [
        EdgeRow(from: "a", output: "o", to: "b@x=1", input: "i"),
        EdgeRow(from: "a", output: "o", to: "b@x=2", input: "i"),
        EdgeRow(from: "b@x=3", output: "o", to: "c", input: "i"),
      ], order: ["c", "b", "z", "a"])
    #expect(graph.stages.map(\.name) == ["z", "a", "b", "c"])
    // Cells that the run did not reach are known from their edges.
    #expect(graph.stages[2].cells == ["b@x=1", "b@x=2", "b@x=3"])
    #expect(graph.edges == [.init(from: 1, to: 2), .init(from: 2, to: 3)])
  }

  @Test func cycleInADamagedRecordTerminates() {
    let graph = StageGraph(
      cells: [:],
      edges: [
        EdgeRow(from: "a", output: "o", to: "b", input: "i"),
        EdgeRow(from: "b", output: "o", to: "a", input: "i"),
      ], order: [])
    #expect(graph.stages.map(\.name) == ["a", "b"])
    #expect(graph.edges == [.init(from: 0, to: 1)])
  }
}
