import PipelineDSL
import Testing

@testable import Stages

@Suite struct CorrelateTests {
  private let harness: StageHarness
  private let with: JSONObject = ["x": ["f1"], "y": ["lime/deletion", "auroc"]]

  init() throws { harness = try StageHarness() }

  private func cell(_ name: String, _ axis: String, _ metrics: [String: Double]) throws
    -> InputArtifact
  {
    try harness.artifact(
      "\(name)-\(axis)", [(MetricsFile.name, MetricsFile.bytes(of: metrics))],
      coordinates: ["backbone": .string(axis)])
  }

  private func run(_ x: [InputArtifact], _ y: [InputArtifact]) throws -> StageOutcome {
    try harness.run("correlate", with, inputs: ["x": x, "y": y])
  }

  private func grid(_ count: Int = 5) throws -> (x: [InputArtifact], y: [InputArtifact]) {
    let x = try (0..<count).map { try cell("x", "b\($0)", ["f1": Double($0) / 10]) }
    let y = try (0..<count).map {
      try cell("y", "b\($0)", ["lime/deletion": [1, 2, 4, 3, 5][$0 % 5], "auroc": 0.5])
    }
    return (x, y)
  }

  @Test("cells are paired by their coordinates, in any order")
  func pairsCells() throws {
    let (x, y) = try grid()
    let outcome = try run(x, y.reversed())
    #expect(isNear(outcome.metrics["f1/lime/deletion/rho"] ?? 0, 0.9, 1e-12))
    // tanh(atanh(0.9) -+ 1.959964 sqrt((1 + 0.81 / 2) / 2)).
    #expect(isNear(outcome.metrics["f1/lime/deletion/low"] ?? 0, -0.168896, 1e-5))
    #expect(isNear(outcome.metrics["f1/lime/deletion/high"] ?? 0, 0.996069, 1e-5))
    #expect(outcome.metrics["n"] == 5)
    let table = try outcome.table("metrics", "correlation.csv")
    #expect(table.columns == ["x", "y", "n", "rho", "low", "high"])
    #expect(table.rows[1] == ["f1", "auroc", "5", "", "", ""])
    #expect(
      outcome.events.warnings == ["f1 and auroc have no correlation: one of them never changes"])
    let cells = try outcome.table("metrics", "cells.csv")
    #expect(cells.columns == ["backbone", "f1", "lime/deletion", "auroc"])
    #expect(cells.rows.map { $0[0] } == ["b0", "b1", "b2", "b3", "b4"])
    #expect(try outcome.digests == run(x.reversed(), y).digests)
  }

  @Test("a cell without a partner, an unknown metric and equal cells are refused")
  func badCells() throws {
    let (x, y) = try grid()
    func problem(_ x: [InputArtifact], _ y: [InputArtifact]) throws -> StageError {
      try #require(throws: StageError.self) { try run(x, y) }
    }
    #expect(
      try problem(x, Array(y.dropLast())).reason
        == "the cell 'backbone=b4' of input 'x' has no partner at the other input")
    let other = try cell("z", "b4", ["f2": 1])
    #expect(
      try problem(x.dropLast() + [other], y).reason
        == "the metrics of cell 'backbone=b4' at input 'x' have no 'f1'")
    #expect(try problem(x + [x[0]], y).reason.hasPrefix("two cells at input 'x'"))
  }

  @Test("three cells have a correlation without an interval")
  func fewCells() throws {
    let (x, y) = try grid(3)
    let outcome = try run(x, y)
    #expect(outcome.metrics["f1/lime/deletion/rho"] == 1)
    #expect(outcome.metrics["f1/lime/deletion/low"] == nil)
  }

  @Test("empty and repeated metrics are refused")
  func conflicts() {
    for given in [["y": []], ["y": ["a", "a"]], [:]] as [JSONObject] {
      guard case .failure = Correlate.Parameters.read(given) else {
        Issue.record("\(given) is accepted")
        continue
      }
    }
  }

  @Test func bytesArePinned() throws {
    let (x, y) = try grid()
    let digests = try run(x, y).digests
    #expect(digests == ["metrics": "1a7b97098484"])
    #expect(Correlate.revision == 1)
  }
}
