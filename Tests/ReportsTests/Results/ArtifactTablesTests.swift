import PipelineDSL
import Testing

@testable import Reports

struct ArtifactTablesTests {
  private func table(_ name: String) throws -> ExportTable? {
    let store = try SampleStore()
    let context = try store.context(SampleCells().all)
    let entry = ArtifactTables.entries(context.facts, context.reader).first { $0.name == name }
    guard case .value(let table)? = entry?.make() else { return nil }
    return withExtendedLifetime(store) { table }
  }

  @Test func captionsOfEvaluationsStateTheirSamples() throws {
    let table = try #require(try table("classes/scores@backbone=cnn"))
    #expect(
      table.caption == "classes of scores@backbone=cnn, test part, n = 20 samples of 9 groups: "
        + "scores of each class against the rest, by part.")
    #expect(table.full.columns.first == "part")
    let train = try #require(try self.table("confusion_train/scores@backbone=cnn"))
    #expect(train.caption.contains("train part, n = 160 samples"))
  }

  @Test func otherTablesNameTheirCell() throws {
    let table = try #require(try table("comparison/table"))
    #expect(table.caption == "comparison of table: cells side by side.")
  }
}
