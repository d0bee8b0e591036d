import PipelineDSL
import Store
import Testing

@testable import Execution
@testable import Reports
@testable import assay

/// The lines that show a run, from made-up events.
@Suite struct ProgressStateTests {
  private let record = KeyRecord(kind: "k", revision: 1, preImage: [:], artifacts: [:])

  /// A run of `count` cells of a stage, in which three run.
  private func running(_ count: Int = 10, name: String = "model@seed=") -> ProgressState {
    var state = ProgressState(
      stages: Dictionary(uniqueKeysWithValues: (1...count).map { ("\(name)\($0)", "model") }))
    state.apply(.began(run: "r", cells: count), at: 0)
    for number in 1...3 {
      state.apply(.started(cell: "\(name)\(number)", reason: "new", threads: 1), at: 0)
    }
    return state
  }

  @Test func oneLinePerRunningCellAndATotal() {
    var state = running()
    state.apply(.hit(cell: "model@seed=10", record), at: 1)
    state.apply(
      .progress(
        cell: "model@seed=1",
        StageProgress(15, of: 30, "epochs", remark: "loss 0.4000, macro-F1 0.9000"), seconds: 2),
      at: 2)
    let lines = state.lines(in: Terminal.Size(columns: 80, rows: 24), at: 62)
    #expect(
      lines == [
        "model@seed=1  [====>   ]  15/30 epochs  1:02  loss 0.4000, macro-F1 0.9000",
        "model@seed=2  [        ]  1:02", "model@seed=3  [        ]  1:02",
        "total  [>       ]  0 done, 1 cached, 9 left  1:02",
      ])
  }

  @Test(arguments: [20, 40, 60, 80, 120])
  func linesAreShorterThanTheTerminal(columns: Int) {
    var state = running(name: "model@backbone=inception-v3,augmentation=randaugment,漢字,seed=")
    for number in 1...3 {
      state.apply(
        .progress(
          cell: "model@backbone=inception-v3,augmentation=randaugment,漢字,seed=\(number)",
          StageProgress(
            12, of: 30, "epochs", share: 0.5,
            remark: "loss 0.4123, validation loss 0.5123, nll 0.6123, macro-F1 0.9123"),
          seconds: 5), at: 5)
    }
    let lines = state.lines(in: Terminal.Size(columns: columns, rows: 24), at: 100)
    #expect(lines.count == 4)
    for line in lines { #expect(Display.columns(line) < columns, "\(line)") }
    // Cells differ at the end of their names, and the last score of a remark says most.
    if columns >= 60 { #expect(lines[1].contains("seed=2  [")) }
    if columns == 80 { #expect(lines[1].hasSuffix("macro-F1 0.9123"), "\(lines[1])") }
  }

  @Test(arguments: [1, 2, 3, 4, 5])
  func linesFitTheHeight(rows: Int) {
    let lines = running().lines(in: Terminal.Size(columns: 80, rows: rows), at: 1)
    #expect(lines.count <= max(1, rows - 1))
    #expect(lines.last?.hasPrefix("total") == true)
    if rows == 4 { #expect(lines[1] == "and 2 more") }
  }

  @Test func timeLeftOfTheRun() throws {
    var state = running(6)
    #expect(state.left(at: 1) == nil)
    state.learn(Dictionary(uniqueKeysWithValues: (1...6).map { ("model@seed=\($0)", 10.0) }))
    // Known only to cells that start now.
    state.apply(.executed(cell: "model@seed=1", record, seconds: 20), at: 20)
    state.apply(.executed(cell: "model@seed=2", record, seconds: 20), at: 20)
    state.apply(
      .failed(StageReport(cell: "model@seed=3", reason: "", hint: nil, log: [], attempt: "")),
      at: 20)
    state.apply(.started(cell: "model@seed=4", reason: "new", threads: 1), at: 20)
    state.apply(.started(cell: "model@seed=5", reason: "new", threads: 1), at: 20)
    // 20 s each, as measured: one more after these two, on two places.
    #expect(state.left(at: 20) == 30)
    let total = try #require(state.lines(in: Terminal.Size(), at: 20).last)
    #expect(total == "total  [====>   ]  2 done, 0 cached, 1 failed, 3 left  0:20  0:30 left")
  }

  @Test func waitingCellsAreShown() {
    var state = running(4)
    state.apply(.waiting(cell: "model@seed=4", on: nil), at: 1)
    #expect(
      state.lines(in: Terminal.Size(), at: 1)[3] == "model@seed=4  waiting: another run computes it"
    )
    state.apply(.started(cell: "model@seed=4", reason: "new", threads: 1), at: 2)
    #expect(!state.lines(in: Terminal.Size(), at: 2).contains { $0.contains("waiting") })
  }

  @Test func bars() {
    #expect(ProgressState.bar(0, columns: 12) == "[          ]")
    #expect(ProgressState.bar(0.5, columns: 12) == "[=====>    ]")
    #expect(ProgressState.bar(1, columns: 12) == "[==========]")
    #expect(ProgressState.bar(.nan, columns: 12) == "[          ]")
    #expect(ProgressState.bar(7, columns: 12) == "[==========]")
  }

  @Test func controlCharactersDoNotReachTheTerminal() {
    var state = ProgressState(stages: ["a\u{1B}[2J": "a"])
    state.apply(.began(run: "r", cells: 1), at: 0)
    state.apply(.started(cell: "a\u{1B}[2J", reason: "", threads: 1), at: 0)
    state.apply(
      .progress(
        cell: "a\u{1B}[2J", StageProgress(1, of: 2, "x\u{7}", remark: "\u{1B}c"), seconds: 1),
      at: 1)
    for line in state.lines(in: Terminal.Size(), at: 1) {
      #expect(line.unicodeScalars.allSatisfy { $0.value >= 0x20 }, "\(line)")
    }
  }
}
