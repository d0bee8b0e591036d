import Store
import Testing

@testable import Reports

struct TimeLineTests {
  /// A cell with its start and duration in seconds, and its memory.
  private struct Ran {
    var cell: String
    var start: Double
    var seconds: Double
    var memory = 100
    var node: String?
  }

  private func line(_ cells: [Ran], parts: Int = 100) throws -> TimeLine {
    let store = try SampleStore()
    let begin = 1_795_300_000.0
    let run = try store.record(
      [], id: "20261121-231501-ab12cd", text: "{}", started: begin, end: nil)
    for cell in cells {
      var row = StageRunRow(
        run: run.run.id, cell: cell.cell, stage: StageGraph.stage(of: cell.cell), kind: "command",
        key: nil, status: cell.cell == "bad" ? .failed : .executed, reason: "",
        started: begin + cell.start)
      (row.seconds, row.peakMemory, row.node) = (cell.seconds, cell.memory, cell.node)
      _ = try store.records.add(row)
    }
    return TimeLine(try RunFacts(run, store.records), parts: parts)
  }

  @Test func aCellTakesTheFirstFreeRow() throws {
    let line = try line([
      Ran(cell: "a", start: 0, seconds: 50), Ran(cell: "b", start: 10, seconds: 20),
      Ran(cell: "c", start: 30.5, seconds: 30), Ran(cell: "bad", start: 50, seconds: 10),
    ])
    #expect(line.rows.map { $0.map(\.cell) } == [["a", "bad"], ["b", "c"]])
    #expect(line.rows[0].map(\.hasFailed) == [false, true])
    #expect(line.span == 60.5)
    #expect(line.stages == ["a", "c", "b", "bad"])
    #expect(line.seconds == 110)
  }

  @Test func aRowHasOneNode() throws {
    let line = try line([
      Ran(cell: "a", start: 0, seconds: 50, node: "n2"),
      Ran(cell: "b", start: 10, seconds: 20, node: "n1"),
      Ran(cell: "c", start: 30.5, seconds: 40, node: "n2"),
      Ran(cell: "d", start: 80, seconds: 5, node: "n1"),
      Ran(cell: "e", start: 90, seconds: 5),
    ])
    #expect(line.rows.map { $0.map(\.cell) } == [["e"], ["b", "d"], ["a"], ["c"]])
    #expect(line.rows.map { $0[0].node } == [nil, "n1", "n2", "n2"])
  }

  @Test func memoryIsTheSumOfThoseThatRun() throws {
    let line = try line([
      Ran(cell: "a", start: 0, seconds: 2, memory: 100),
      Ran(cell: "b", start: 1, seconds: 2, memory: 30),
      Ran(cell: "c", start: 2, seconds: 2, memory: 7),
    ])
    #expect(line.memory.map(\.at) == [0, 1, 2, 3, 4])
    #expect(line.memory.map(\.bytes) == [100, 130, 37, 7, 0])
  }

  @Test func cellsTooShortToBeToldApartShareABar() throws {
    var cells = (0..<1000).map { Ran(cell: "m@n=\($0)", start: Double($0) * 0.1, seconds: 0.09) }
    cells.append(Ran(cell: "last", start: 100, seconds: 100))
    let line = try line(cells)
    #expect(line.rows.count == 1)
    #expect(line.rows[0].map(\.count) == [1000, 1])
    #expect(line.rows[0].map(\.stage) == ["m", "last"])
    #expect(line.count == 1001)
  }

  @Test func cellsOfSeveralStagesInABarHaveNoStage() throws {
    let line = try line([
      Ran(cell: "a", start: 0, seconds: 0.1), Ran(cell: "b", start: 0.1, seconds: 0.1),
      Ran(cell: "c", start: 50, seconds: 50),
    ])
    #expect(line.rows[0].map(\.stage) == [nil, "c"])
  }

  @Test func damagedRowsAreLeftOut() throws {
    let line = try line([
      Ran(cell: "a", start: 1e300, seconds: 1), Ran(cell: "b", start: 0, seconds: 1e300),
      Ran(cell: "c", start: 0, seconds: -1), Ran(cell: "d", start: -5, seconds: 9, memory: .max),
    ])
    #expect(line.rows.map { $0.map(\.cell) } == [["d"]])
    #expect(line.rows[0][0].start == 0)
    #expect(line.span == 9)
    #expect(line.memory.isEmpty)
  }
}
