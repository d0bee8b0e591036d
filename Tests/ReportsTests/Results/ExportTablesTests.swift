import PipelineDSL
import Testing

@testable import Reports

struct ExportTablesTests {
  @Test func listsAndFindsTables() throws {
    let store = try SampleStore()
    let run = try store.record(
      SampleCells().all, id: "20261121-231501-ab12cd", text: SampleCells.text)
    let tables = try ExportTables(run: run, records: store.records, objects: store.objects)
    let names = tables.list.map(\.name)
    #expect(Set(names).count == names.count)
    for name in [
      "results/scores", "checks", "intervals/scores@backbone=cnn", "metrics/model", "times",
      "confusion_test/scores@backbone=cnn", "comparison/table",
    ] {
      #expect(names.contains(name), "\(name)")
    }
    for name in names { #expect(try tables.table(named: name) != nil, "\(name)") }
    // A part of the name is enough where only one table has it.
    #expect(try tables.table(named: "comparison") != nil)
    #expect(try tables.table(named: "confusion_test") == nil)
    #expect(tables.hint(for: "check").contains("did you mean 'checks'"))
  }

  @Test func whatCannotBeReadIsAnError() throws {
    let store = try SampleStore()
    var cell = SampleStore.CellPlan("scores", "evaluate")
    cell.outputs = [.init("metrics", .metrics, text: ["classes.csv": "a,b\n1\n"])]
    let run = try store.record([cell], id: "20261121-231501-ab12cd", text: SampleCells.text)
    let tables = try ExportTables(run: run, records: store.records, objects: store.objects)
    #expect(throws: TableError.self) { try tables.table(named: "classes/scores") }
  }
}
