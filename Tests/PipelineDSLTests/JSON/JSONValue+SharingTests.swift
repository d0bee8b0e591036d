import Testing

@testable import PipelineDSL

struct JSONValueSharingTests {
  /// A value that shares storage must still be written as before, byte by byte.
  @Test func sharingDoesNotChangeAValue() {
    let values: [JSONValue] = [
      ["a", 1, 2.5], ["a", 2, 2.5], ["a": 1, "b": ["x", "y"]], ["a": 1, "b": ["x", "z"]],
      ["b": 1, "a": 2], ["a": 2, "b": 1], [1, 2, 3], [1, 2], .null, false, .number(1), 1,
      ["\u{e9}": "\u{e9}"], ["e\u{301}": "e\u{301}"],
    ]
    for value in values {
      for other in values {
        #expect(Self.text(value.sharing(other)) == Self.text(value))
      }
    }
  }

  /// The order of members and the kind of numbers, too, which equality ignores.
  private static func text(_ value: JSONValue) -> String { String(describing: value) }

  /// Cells that differ in one parameter have the storage of the others in common.
  @Test func cellsShareWhatTheyAgreeIn() throws {
    let pipeline = try TestPipelines.resolve(
      TestPipelines.text(
        #""x": {"uses": "program", "with": {"anything": ["a string that is stored apart", "${a}"]}}"#,
        #""axes": {"a": [\#((0..<50).map(String.init).joined(separator: ","))]}, "#))
    func storage(_ cell: Cell) -> UnsafePointer<String>? {
      cell.coordinates.names.withUnsafeBufferPointer(\.baseAddress)
    }
    func parameterNames(_ cell: Cell) -> UnsafePointer<String>? {
      cell.parameters.names.withUnsafeBufferPointer(\.baseAddress)
    }
    #expect(pipeline.cells.count == 50)
    #expect(Set(pipeline.cells.map(storage)).count == 1)
    #expect(Set(pipeline.cells.map(parameterNames)).count == 1)
    #expect(Set(pipeline.cells.map(\.parameters)).count == 50)
  }
}
