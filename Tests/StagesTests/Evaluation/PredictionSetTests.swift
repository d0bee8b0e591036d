import PipelineDSL
import Testing

@testable import Stages

@Suite struct PredictionSetTests {
  private let harness: StageHarness

  init() throws { harness = try StageHarness() }

  private func artifact(_ text: String) throws -> InputArtifact {
    try harness.artifact(
      "p\(Digest.of(text).short)", [(PredictionsFormat.file, Array(text.utf8))])
  }

  @Test func tableReadsBackUnchanged() throws {
    var set = PredictionSet(classes: ["ALL", "AML", "a,b"])
    for (id, part, row) in [
      ("x", .train, [0.1, 1 / 3, -20]), ("y", .test, [-0.0, 1e-8, .leastNonzeroMagnitude]),
    ] as [(String, Part, [Float])] {
      set.append(
        Sample(id: id, source: "", nativeLabel: "ALL", label: "ALL", group: ""), part, row)
    }
    let read = try PredictionSet(try artifact(String(decoding: set.table.bytes, as: UTF8.self)))
    #expect(read.classes == set.classes && read.rows == set.rows)
    #expect(read.table.bytes == set.table.bytes)
  }

  /// Other programs may write fewer columns, in another order.
  @Test func needsNoProbabilities() throws {
    let read = try PredictionSet(
      try artifact("logit_b,id,logit_a,label,part,note\n1.5,x,-2,a,validation,?\n"))
    #expect(read.classes == ["b", "a"])
    #expect(
      read.rows == [.init(id: "x", part: .validation, label: "a", logits: [1.5, -2])])
  }

  @Test func unusableTablesAreRefused() throws {
    let head = "id,part,label,logit_a,logit_b\n"
    for (text, reason) in [
      ("", "empty"), ("id,part,label,p_a,p_b\nx,test,a,1,0\n", "'logit_<class>'"),
      ("id,part,label,logit_a\n", "'logit_<class>'"),
      ("id,part,label,logit_a,logit_a\n", "'logit_<class>'"),
      ("id,label,logit_a,logit_b\n", "no column 'part'"),
      (head + "x,testing,a,1,0\n", "row 1: expected train, validation, calibration or test"),
      (head + "x,test,a,1,nan\n", "row 1: the logits of x"),
      (head + "x,test,a,1,inf\n", "row 1: the logits of x"),
      (head + "x,test,a,1,\n", "row 1: the logits of x"),
      (head + "x,test,a,1,0\nx,test,a,1,0\n", "row 2: duplicate id x"),
    ] {
      let error = #expect(throws: StageError.self) { try PredictionSet(try artifact(text)) }
      #expect(error?.reason.contains(reason) == true, "\(text): \(error?.reason ?? "")")
    }
  }
}
