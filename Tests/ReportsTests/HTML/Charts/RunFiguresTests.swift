import Testing

@testable import Reports

struct RunFiguresTests {
  private func figures(_ store: SampleStore) throws -> RunFigures {
    let run = try store.record(
      SampleCells().all, id: "20261121-231501-ab12cd", text: SampleCells.text)
    return try RunFigures(run: run, records: store.records, objects: store.objects)
  }

  @Test func findsFiguresByName() throws {
    let store = try SampleStore()
    let figures = try figures(store)
    let names = figures.list.map(\.name)
    #expect(Set(names).count == names.count)
    #expect(names.contains("curves/model@backbone=cnn/loss"))
    let whole = try #require(figures.figure(named: "reliability/scores@backbone=cnn"))
    #expect(whole.svg.hasPrefix("<?xml"))
    #expect(whole.caption.contains("n = 20"))
    // A part of the name is enough where only one figure has it.
    #expect(figures.figure(named: "curves/model@backbone=cnn/loss") != nil)
    #expect(figures.figure(named: "loss") == nil)
    #expect(figures.figure(named: "nothing") == nil)
    #expect(figures.hint(for: "reliability/scores@backbone=cnm").contains("did you mean"))
  }
}
