import Testing

@testable import PipelineDSL

@Suite struct CSVTests {
  private func problem(_ text: String) -> String? {
    do throws(CSVError) { _ = try CSVTable(parsing: Array(text.utf8)) } catch {
      return "\(error)"
    }
    return nil
  }

  @Test func allKindsOfFieldsRoundTrip() throws {
    let fields = [
      "", "a", " a ", "a,b", "\"", "a\"b", "\"\"", "a\nb", "a\r\nb", "\r", "é🔬", "'", "\n",
    ]
    var table = CSVTable(columns: ["one", "two, too"])
    for left in fields { for right in fields { table.append([left, right]) } }
    #expect(try CSVTable(parsing: table.bytes) == table)
    // With a single column, an empty field is not an empty line.
    let single = CSVTable(columns: ["c"], rows: fields.map { [$0] })
    #expect(try CSVTable(parsing: single.bytes) == single)
  }

  @Test func bytesAreFixed() {
    let table = CSVTable(columns: ["a", "b"], rows: [["x", ""], ["1,2", "say \"no\""]])
    #expect(String(decoding: table.bytes, as: UTF8.self) == "a,b\nx,\n\"1,2\",\"say \"\"no\"\"\"\n")
  }

  @Test func bothLineEndsAndAByteOrderMarkAreRead() throws {
    let expected = CSVTable(columns: ["a", "b"], rows: [["1", "2"], ["3", ""]])
    for text in [
      "a,b\n1,2\n3,\n", "a,b\r\n1,2\r\n3,\r\n", "a,b\n1,2\n3,", "\u{FEFF}a,b\n\n1,2\n\r\n3,\n\n",
    ] {
      #expect(try CSVTable(parsing: Array(text.utf8)) == expected, "\(text)")
    }
    #expect(try CSVTable(parsing: Array("a".utf8)) == CSVTable(columns: ["a"]))
    #expect(try CSVTable(parsing: Array("a,b\n,".utf8)).rows == [["", ""]])
  }

  @Test(arguments: [
    ("", "line 1: the file is empty"), ("\n\n", "line 1: the file is empty"),
    ("a,b\n1\n", "line 2: 1 fields, but the header has 2"),
    ("a,b\n1,2\n\n1,2,3", "line 4: 3 fields, but the header has 2"),
    ("a,b\n\"x\ny\",2\n\"p\nq\"\n", "line 4: 1 fields, but the header has 2"),
    ("a\n\"x", "line 2: unterminated quoted field"),
    ("a\n\"x\n\n\n", "line 2: unterminated quoted field"),
    ("a,b\n\"x\"y,2\n", "line 2: text after a closing quote"),
  ])
  func problemsReportTheirLine(_ text: String, _ message: String) {
    #expect(problem(text) == message)
  }

  @Test func encodingIsChecked() {
    #expect(throws: CSVError(line: 2, reason: "a field is not UTF-8")) {
      try CSVTable(parsing: Array("a\n".utf8) + [0xFF, 10])
    }
  }

  @Test func columnsAreFoundByName() throws {
    let table = CSVTable(columns: ["id", "label"])
    #expect(try table.column("label") == 1)
    #expect(throws: CSVError(line: 1, reason: "no column 'x' among id, label")) {
      try table.column("x")
    }
  }

  /// Found by the fuzzer: a byte order mark at the start of the first name was lost in a round
  /// trip.
  @Test(arguments: [
    [["\u{FEFF}"]], [["\u{FEFF}id", "x"], ["\u{FEFF}1", ""]], [["a"], ["\u{FEFF}"]],
  ])
  func byteOrderMarkInANameIsKept(_ rows: [[String]]) throws {
    let table = CSVTable(columns: rows[0], rows: Array(rows.dropFirst()))
    #expect(try CSVTable(parsing: table.bytes) == table)
  }
}
