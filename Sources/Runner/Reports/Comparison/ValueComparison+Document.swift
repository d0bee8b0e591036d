public import PipelineDSL
internal import Statistics
internal import Store

extension ValueComparison {
  /// What the numbers are, in sentences.
  private var sentences: [String] {
    let axes = paired.joined(separator: ", ")
    let test =
      switch request.test {
      case .t: "the paired t-test"
      case .correctedT: "the corrected resampled t-test (Nadeau and Bengio)"
      case .wilcoxon: "Wilcoxon's signed-rank test"
      }
    var lines = [
      "run \(run.run.id)  \(run.run.pipeline)  \(run.status)",
      "\(request.axis): mean of \(request.second) - \(request.first) over pairs of the same \(axes), "
        + "with its 95 % interval",
      "p of \(test), adjusted by Holm's method for the rows of each metric",
    ]
    if unpaired > 0 {
      lines.append("\(Display.count(unpaired, "cell")) without a partner left out")
    }
    return lines
  }

  /// The table of differences.
  ///
  /// - Throws: `QueryError` if a column is unknown.
  public func table(_ request: ListingRequest) throws(QueryError) -> ListingTable {
    let (first, second) = (self.request.first, self.request.second)
    var table = ListingTable(
      [
        .init(name: "stage", style: .left("stage")), .init(name: "metric", style: .left("metric")),
        .init(name: first, style: .right(first, importance: 4)),
        .init(name: second, style: .right(second, importance: 5)),
        .init(name: "difference", style: .right("difference")),
        .init(name: "low", style: .right("low")), .init(name: "high", style: .right("high")),
        .init(name: "n", style: .right("n", importance: 3)),
        .init(name: "p", style: .right("p", importance: 1)),
        .init(name: "p-adjusted", style: .right("p-adjusted")),
        .init(
          name: PairedDifferences.effectName(self.request.test),
          style: .right(PairedDifferences.effectName(self.request.test), importance: 2)),
        .init(name: "verdict", style: .fixed("verdict")),
      ], empty: "no cells to pair\n")
    for row in rows {
      let found = row.differences
      func signed(_ value: Double?) -> ListingTable.Field {
        .init(value.map(Display.difference) ?? "", value.map(Display.json) ?? .null)
      }
      table.append([
        .init(row.name), .init(row.metric), .init(row.first), .init(row.second),
        signed(found.mean), signed(found.bounds?.lowerBound), signed(found.bounds?.upperBound),
        .init(found.values.count), .init(found.pValue), .init(row.adjusted), .init(found.effect),
        .init(row.verdict.rawValue),
      ])
    }
    return try table.requested(request)
  }

  /// The comparison with its table, for a terminal of some width or in full.
  public func text(_ table: ListingTable, width: Int?) -> String {
    let head = sentences.map { line in
      width.map { TextWrap.lines(line, width: $0).joined(separator: "\n") } ?? line
    }
    return head.joined(separator: "\n") + "\n\n" + table.text(width: width)
  }

  /// The comparison with its table, as Markdown.
  public func markdown(_ table: ListingTable) -> String {
    sentences.map { "- \(Markdown.escaped($0))\n" }.joined() + "\n" + table.markdown
  }

  /// The comparison with its table, as JSON.
  public func json(_ table: ListingTable) -> JSONValue {
    [
      "run": .string(run.run.id), "axis": .string(request.axis),
      "first": .string(request.first), "second": .string(request.second),
      "paired": paired.json, "test": .string(request.test.rawValue),
      "confidence": .number(ValueRequest.confidence), "unpaired": .integer(unpaired),
      "differences": table.json,
    ]
  }
}
