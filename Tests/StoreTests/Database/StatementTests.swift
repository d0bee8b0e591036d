import TestSupport
import Testing

@testable import Store

struct StatementTests {
  @Test(
    arguments: [
      .null, .integer(0), .integer(.min), .integer(.max), .real(0.1), .real(.infinity),
      .real(-0.0), .text(""), .text("it's \"blast\"\n"), .text("Blutbild \u{1F9EA}"),
    ] as [DatabaseValue])
  func valuesRoundTrip(value: DatabaseValue) throws {
    let folder = try TemporaryFolder()
    let database = try Database(folder.path + "/d.sqlite")
    #expect(try database.rows("SELECT ?", [value]) { $0.value(0) } == [value])
  }

  @Test func readsColumnsOfEveryType() throws {
    let folder = try TemporaryFolder()
    let database = try Database(folder.path + "/d.sqlite")
    let read = try database.rows("SELECT 1, 2.5, 'three', NULL") { row in
      #expect(row.count == 4)
      #expect(row.integer(0) == 1 && row.real(1) == 2.5 && row.text(2) == "three")
      #expect(row.isNull(3) && row.optionalText(3) == nil && row.optionalInteger(3) == nil)
      #expect(row.optionalReal(3) == nil && row.optionalInteger(0) == 1)
      return true
    }
    #expect(read == [true])
  }

  @Test func optionalsBecomeNull() {
    #expect(DatabaseValue.optional(nil as Int?) == .null)
    #expect(DatabaseValue.optional(nil as String?) == .null)
    #expect(DatabaseValue.optional(nil as Double?) == .null)
    #expect(DatabaseValue.optional(3) == .integer(3))
    #expect(DatabaseValue.optional("a") == .text("a"))
    #expect(DatabaseValue.optional(0.5) == .real(0.5))
  }
}
