import Testing

@testable import Reports

struct CellGroupTests {
  @Test func joinsRepeatsOfAnExperiment() throws {
    let store = try SampleStore()
    let facts = try RunFacts(try store.grid(), store.records)
    let groups = CellGroup.groups(of: facts.cells(of: "model"), GridAxes(facts, facts.edges))
    #expect(groups.count == 5)
    #expect(groups[0].name == "model@\(groups[0].place)")
    #expect(groups.allSatisfy { $0.cells.count == 2 && $0.repeats == ["seed"] })
  }

  @Test func cellsWithoutAxesAreAGroup() throws {
    let store = try SampleStore()
    let facts = try store.context(SampleCells().all.only("pbc")).facts
    let groups = CellGroup.groups(of: facts.cells, GridAxes(facts, []))
    #expect(groups.map(\.name) == ["pbc"])
    #expect(groups[0].place.isEmpty && groups[0].repeats.isEmpty)
  }
}
