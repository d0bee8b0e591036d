import PipelineDSL
import Store
import Testing

@testable import Reports

@Suite struct KeyFieldChangesTests {
  private func cell(
    _ name: String, from old: JSONValue, to new: JSONValue, kind: String = "kind"
  ) -> RunComparison.CellDifference {
    RunComparison.CellDifference(
      cell: name, stage: StageGraph.stage(of: name), kind: kind, a: .executed, b: .executed,
      fields: StageKey.differences(from: old, to: new), unknown: nil)
  }

  @Test func changedFilesOfALocationAreListed() throws {
    let store = try SampleStore()
    func list(_ files: [String: String]) throws -> JSONValue {
      let lines = files.sorted { $0.key < $1.key }.map {
        ManifestLine(path: $0, size: $1.utf8.count, digest: Digest.of($1)).text
      }
      return .string(try store.objects.write(Array(lines.joined().utf8)).hex)
    }
    let old: JSONValue = [
      "locations": [
        "root": try list(["a.png": "1", "b.png": "2", "c.png": "3", "d.png": "4"]), "masks": "x",
      ]
    ]
    let new: JSONValue = [
      "locations": [
        "root": try list(["a.png": "1!", "moved.png": "2", "d.png": "4", "e.png": "5"]),
        "masks": "gone",
      ]
    ]
    let cells = ["pbc@part=1", "pbc@part=2"].map { cell($0, from: old, to: new) }
    let fields = KeyFieldChanges(cells, objects: store.objects)
    #expect(fields.locations.map(\.name) == ["masks", "root"])
    #expect(fields.locations.map(\.whose) == ["pbc (2 cells)", "pbc (2 cells)"])
    #expect(fields.locations[0].files == nil)
    let files = try #require(fields.locations[1].files)
    #expect(files.edited.map(\.path) == ["a.png"])
    #expect(files.added.map(\.path) == ["e.png"])
    #expect(files.removed.map(\.path) == ["c.png"])
    #expect(files.renamed.map(\.to) == ["moved.png"])
    #expect(files.unchanged == 1)
  }

  @Test func fieldsAreGroupedByTopic() throws {
    let store = try SampleStore()
    let old: JSONValue = [
      "parameters": ["rate": 1, "same": 2], "seed": 3, "revision": 1, "inputs": ["x": ["1"]],
      "libraries": ["openblas": "0.3.21"], "code": ["run.sh": "1"], "outputs": ["files:files"],
    ]
    let new: JSONValue = [
      "parameters": ["rate": 2, "same": 2], "seed": 4, "revision": 2, "inputs": ["x": ["2"]],
      "libraries": ["openblas": "0.3.22"], "code": ["run.sh": "2"], "outputs": ["logs:files"],
    ]
    let fields = KeyFieldChanges(
      [cell("m@seed=1", from: old, to: new), cell("n", from: old, to: new, kind: "other")],
      objects: store.objects)
    #expect(fields.parameters.map(\.name) == ["rate", "seed", "rate", "seed"])
    #expect(fields.parameters.map(\.whose) == ["m@seed=1", "m@seed=1", "n", "n"])
    // A library is the same in all stages; a revision belongs to a kind, a script to a stage.
    #expect(
      fields.code.map { "\($0.owner) \($0.name) \($0.cells.count)" } == [
        "m run.sh 1", "library openblas 2", "kind revision 1", "n run.sh 1", "other revision 1",
      ])
    #expect(fields.others.map(\.name) == ["outputs/0", "outputs/0"])
    #expect(fields.locations.isEmpty)
  }
}
