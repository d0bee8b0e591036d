import Store
import Testing

@testable import Reports

struct CellFoldTests {
  private func cells(_ names: [String]) -> [RunFacts.CellFacts] {
    names.map { name in
      RunFacts.CellFacts(
        row: StageRunRow(
          run: "r", cell: name, stage: "x", kind: "command", key: nil, status: .skipped,
          reason: "", started: 0))
    }
  }

  /// The cells at the ends of a fold, in order.
  private func leaves(_ fold: CellFold) -> [String] {
    fold.parts.isEmpty ? fold.cells.map(\.row.cell) : fold.parts.flatMap(leaves)
  }

  @Test func fewCellsAreNotFolded() {
    let fold = CellFold("x", cells((1...50).map { "x@n=\($0)" }), axes: ["n"])
    #expect(fold.parts.isEmpty)
  }

  @Test func foldsByTheFirstAxisThatGroups() {
    let names = (1...60).flatMap { n in ["a", "b, c"].map { "x@n=\(n),m=\($0)" } }
    let fold = CellFold("x", cells(names), axes: ["n", "m"])
    // 60 values of n are too many for one list.
    #expect(fold.axis == "m")
    #expect(fold.parts.map(\.label) == ["m=a", "m=b, c"])
    #expect(fold.parts.map(\.cells.count) == [60, 60])
    #expect(fold.parts[0].parts.map(\.label) == ["n=1,m=a … n=50,m=a", "n=51,m=a … n=60,m=a"])
    #expect(leaves(fold).sorted() == names.sorted())
  }

  @Test(arguments: [51, 2_501, 5_000])
  func everyCellIsInOneShortList(_ count: Int) {
    let names = (0..<count).map { "x@n=\($0)" }
    let fold = CellFold("x", cells(names), axes: ["n"])
    #expect(fold.axis == nil)
    #expect(leaves(fold) == names)
    #expect(fold.parts.count <= CellFold.limit)
    var open = [fold]
    while let next = open.popLast() {
      #expect(!next.parts.isEmpty || next.cells.count <= CellFold.limit)
      open += next.parts
    }
  }

  @Test func cellsWithoutTheAxisAreAPartOfTheirOwn() {
    let names = (1...40).map { "x@n=\($0)" } + (1...40).map { "x@n=\($0),m=a" }
    let fold = CellFold("x", cells(names), axes: ["m"])
    #expect(fold.parts.map(\.label) == ["no m", "m=a"])
  }
}
