import PipelineDSL
import Testing

@testable import Reports

@Suite struct PredictionTableTests {
  private func parse(_ text: String) throws -> PredictionTable {
    try PredictionTable(parsing: Array(text.utf8))
  }

  @Test func readsWhatEvaluateWrites() throws {
    let table = try parse(
      "id,part,label,predicted,p_AML,p_ALL\na,test,AML,ALL,0.1,0.9\nb,train,AML,AML,1,0\n")
    #expect(table.rows.map(\.key) == [["a", "test"], ["b", "train"]])
    #expect(table.rows.map(\.isRight) == [false, true])
  }

  @Test func readsQuotesAndOtherColumnOrders() throws {
    let table = try parse("predicted,label,id\n\"a, b\",\"a, b\",x\n\"a, b\",c,y\n")
    #expect(table.rows.map(\.key) == [["x", ""], ["y", ""]])
    #expect(table.rows.map(\.isRight) == [true, false])
  }

  @Test(arguments: [
    ("", "line 1: the file is empty"),
    ("id,label\nx,y\n", "line 1: no column 'predicted' among id, label"),
    ("id,label,predicted\nx,y,y\nx,y\n", "line 3: 2 fields, but the header has 3"),
    ("id,label,predicted\n\"x\",y,y\nx,y\n", "line 3: 2 fields, but the header has 3"),
  ])
  func invalidTablesAreReportedByLine(_ text: String, _ reason: String) {
    let error = #expect(throws: CSVError.self) { try parse(text) }
    #expect(error?.description == reason)
  }
}
