internal import Statistics

/// Mean differences over repeats with their intervals, and tests of predictions.
enum PairedTables {
  /// The tables; `nil` if there are neither repeats nor predictions that differ.
  static func html(_ compared: ComparedRuns) -> HTML? {
    let pieces = [repeats(compared), predictions(compared)].compactMap(\.self)
    return pieces.isEmpty ? nil : HTML(pieces)
  }

  private static func repeats(_ compared: ComparedRuns) -> HTML? {
    var table = DataTable(
      name: "metrics of repeats",
      [
        .text("stage"), .text("metric"), .text("run"), .number("mean of a"), .number("mean of run"),
        .number("difference"), .number("from"), .number("to"), .number("pairs"), .text("over"),
      ])
    for (place, comparison) in compared.comparisons.enumerated() {
      for row in comparison.repeats.prefix(ComparisonPage.rowLimit) {
        table.append([
          .init(row.coordinates.isEmpty ? row.stage : "\(row.stage)@\(row.coordinates)"),
          .init(row.metric), .init(ComparedRuns.letter(place + 1)), .init(row.a), .init(row.b),
          change(row.interval.mean), change(row.interval.low), change(row.interval.high),
          .init(String(row.interval.pairs)), .init(row.over.joined(separator: ",")),
        ])
      }
    }
    guard table.count > 0 else { return nil }
    return """
      <h3>Metrics of repeats</h3>
      <p class="soft small">The mean difference to a over pairs of cells, with the 95 % percentile \
      interval of \(PairedBootstrap.resamples) bootstrap resamples.</p>
      \(table.html)
      """
  }

  private static func change(_ value: Double) -> DataTable.Field {
    .init(html: "\(Display.difference(value))", value: value.description)
  }

  private static func predictions(_ compared: ComparedRuns) -> HTML? {
    var table = DataTable(
      name: "predictions",
      [
        .text("cell"), .text("part"), .text("run"), .number("samples"), .number("both right"),
        .number("both wrong"), .number("only a right"), .number("only run right"), .number("p"),
        .text("test"),
      ])
    var notes: [HTML] = []
    for (place, comparison) in compared.comparisons.enumerated() {
      let letter = ComparedRuns.letter(place + 1)
      for row in comparison.predictions.prefix(ComparisonPage.rowLimit) {
        for part in row.parts {
          table.append([
            .init(row.cell), .init(part.name), .init(letter), .init(String(part.samples)),
            .init(String(part.bothRight)), .init(String(part.bothWrong)),
            .init(String(part.test.b)), .init(String(part.test.c)), .init(part.test.pValue),
            .init(part.test.method.rawValue),
          ])
        }
        notes += row.notes.prefix(3).map { "<li>\(letter): \($0)</li>" }
      }
    }
    guard table.count > 0 || !notes.isEmpty else { return nil }
    let list: HTML =
      notes.isEmpty ? .empty : "<ul class=\"soft small\">\(HTML(notes.prefix(20)))</ul>"
    return """
      <h3>Predictions</h3>
      <p class="soft small">The same samples in both runs, and McNemar's test over those that only one \
      run classifies correctly.</p>
      \(table.count > 0 ? table.html : .empty)\(list)
      """
  }
}
