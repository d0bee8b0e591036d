import PipelineDSL
import Testing

@Suite struct DocumentReaderReferencesTests {
  private let stages =
    #""a": {"uses": "program", "with": {"anything": ["${n}", "${k}"]}}, "b": {"uses": "program"}"#
  private let axes = #""axes": {"n": ["x", "y"], "k": [1, 2]}, "#

  private func text(_ references: String) -> String {
    TestPipelines.text(stages, axes + #""references": {\#(references)}, "#)
  }

  private func numbers(_ references: String) throws -> [String] {
    try TestPipelines.resolve(text(references)).cells.flatMap { cell in
      cell.references.map { "\(cell.name) \($0.metric) \($0.value) \($0.source)" }
    }
  }

  @Test func tablesHoldANumberForEachCellAndMetric() throws {
    #expect(
      try numbers(
        #"""
        "a": [{"source": "Table 10", "axes": ["k", "n"], "metrics": ["acc", "loss"],
               "rows": [[1, "x", 0.5, 2], [2, "x", null, 3], [2, "y", 0.25, null]]},
              {"metric": "f1", "value": 0.75, "when": {"n": "y"}}],
        "b": {"metrics": ["acc"], "rows": [[1]]}
        """#) == [
          "a@n=x,k=1 acc 0.5 Table 10", "a@n=x,k=1 loss 2.0 Table 10",
          "a@n=x,k=2 loss 3.0 Table 10",
          "a@n=y,k=1 f1 0.75 ", "a@n=y,k=2 acc 0.25 Table 10", "a@n=y,k=2 f1 0.75 ", "b acc 1.0 ",
        ])
    // Fewer axes: the number is for all cells along the others.
    #expect(
      try numbers(#""a": [{"axes": ["n"], "metrics": ["acc"], "rows": [["y", 1]]}]"#)
        == ["a@n=y,k=1 acc 1.0 ", "a@n=y,k=2 acc 1.0 "])
    // In a stage, beside its own.
    let pipeline = try TestPipelines.resolve(
      TestPipelines.text(
        #""b": {"uses": "program", "reference": {"metrics": ["m"], "rows": [[1]]}}"#,
        #""references": {"b": [{"metric": "m", "value": 2}]}, "#))
    #expect(pipeline.cells[0].references.map(\.value) == [1, 2])
  }

  @Test func aFileGivesNumbersForStagesOfItsParts() throws {
    let pipeline = try TestPipelines.resolve(
      #"{"assay": 1, "name": "p", "include": ["g.json"], "#
        + #""references": {"a": {"axes": ["n"], "metrics": ["m"], "rows": [["x", 3]]}}}"#,
      parts: ["g.json": TestPipelines.part(stages, axes)])
    #expect(pipeline.cell(named: "a@n=x,k=2")?.references.map(\.value) == [3])
    #expect(pipeline.cell(named: "a@n=y,k=2")?.references.isEmpty == true)
  }

  @Test(arguments: [
    (#""c": []"#, "no stage 'c'"),
    (#""a": 3"#, "expected an array: published numbers, found a whole number"),
    (
      #""a": {"rows": []}"#, "'metrics' of this table of references is missing"
    ),
    (#""a": {"metrics": ["m"]}"#, "'rows' of this table of references is missing"),
    (#""a": {"metrics": [], "rows": []}"#, "the table has no metrics"),
    (
      #""a": {"metrics": "m", "rows": []}"#,
      "expected an array: the names of metrics, found a string"
    ),
    (#""a": {"metrics": ["m", 1], "rows": []}"#, "expected a name, found 1"),
    (#""a": {"metrics": ["m", "m"], "rows": []}"#, "'m' occurs twice in this array"),
    (
      #""a": {"metrics": ["m"], "rows": [], "metric": "m"}"#,
      "a table of references has no 'metric'; it has source, axes, metrics, rows [metrics]"
    ),
    (
      #""a": {"axes": "n", "metrics": ["m"], "rows": []}"#,
      "expected an array: the names of axes, found a string"
    ),
    (#""a": {"axes": ["l"], "metrics": ["m"], "rows": [["x", 1], ["y", 2]]}"#, "no axis 'l'"),
    (
      #""a": {"metrics": ["m"], "rows": {}}"#,
      "expected an array: rows, each an array, found an object"
    ),
    (
      #""a": {"metrics": ["m"], "rows": [3]}"#,
      "expected an array: the values and numbers of a row, found a whole number"
    ),
    (
      #""a": {"axes": ["n"], "metrics": ["m"], "rows": [["x"]]}"#,
      "expected 2 entries in this row, 1 for axes and 1 for metrics, found 1"
    ),
    (
      #""a": {"axes": ["n"], "metrics": ["m"], "rows": [["z", 1]]}"#,
      "the axis 'n' has no value \"z\""
    ),
    (
      #""a": {"axes": ["n"], "metrics": ["m"], "rows": [["x", "1"]]}"#,
      "expected a number, or null if none was published, found \"1\""
    ),
    (
      #""a": {"axes": ["n"], "metrics": ["m"], "rows": [["x", 1], ["x", 1]]}"#,
      "an earlier row of this table is for the same cells"
    ),
    (
      #""b": {"axes": ["n"], "metrics": ["m"], "rows": [["x", 1], ["y", 1]]}"#,
      "'b' does not vary along the axis 'n'"
    ),
  ])
  func mistakesAreReportedOnce(_ references: String, _ message: String) {
    #expect(TestPipelines.messages(text(references)) == [message])
  }

  @Test func problemsHavePositions() {
    #expect(
      TestPipelines.diagnostics(
        text("\n\"a\": {\"axes\": [\"n\"], \"metrics\": [\"m\"], \"rows\": [\n  [\"z\", 1]]}")
      ).map(\.textWithoutCode) == [
        "p.json:3:4: error: the axis 'n' has no value \"z\" (at /references/a/rows/0/0)"
      ])
  }
}
