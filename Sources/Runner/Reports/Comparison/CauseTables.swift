internal import PipelineDSL
internal import Store

/// What differs on the way into compared runs: parameters, key fields, input files, environment.
enum CauseTables {
  /// The tables; `nil` if nothing differs.
  static func html(_ compared: ComparedRuns) -> HTML? {
    let pieces = [parameters(compared), fields(compared), files(compared), environment(compared)]
      .compactMap(\.self)
    return pieces.isEmpty ? nil : HTML(pieces)
  }

  /// Named values of the runs themselves that differ between any of them.
  private static func named(
    _ title: String, _ compared: ComparedRuns, _ values: (RunFacts) -> [(String, String)]
  ) -> HTML? {
    let all = compared.runs.map { Dictionary(values($0)) { first, _ in first } }
    let names = Set(all.flatMap(\.keys)).filter { name in
      all.contains { $0[name] != all[0][name] }
    }
    guard !names.isEmpty else { return nil }
    var table = DataTable(name: title, [.text("name")] + ComparisonPage.columns(compared))
    for name in names.sorted(by: RunFacts.natural).prefix(ComparisonPage.rowLimit) {
      table.append([.init(name)] + all.map { .init($0[name].map(cut) ?? "") })
    }
    return "<h3>\(title)</h3>\(table.html)\(ComparisonPage.rest(names.count))"
  }

  private static func parameters(_ compared: ComparedRuns) -> HTML? {
    named("Parameters of the pipeline", compared) { run in
      run.parameters.map { ($0.name, Display.text($0.value)) }
    }
  }

  private static func environment(_ compared: ComparedRuns) -> HTML? {
    named("Environment", compared) { run in run.environment.map { ($0.name, $0.value) } }
  }

  /// The fields of keys in which cells themselves differ.
  private static func fields(_ compared: ComparedRuns) -> HTML? {
    var table = DataTable(
      name: "fields of keys",
      [.text("where"), .text("field"), .text("run"), .text("a"), .text("value"), .number("cells")])
    var count = 0
    for (place, comparison) in compared.comparisons.enumerated() {
      let changes =
        comparison.fields.parameters + comparison.fields.code + comparison.fields.others
      count += changes.count
      for change in changes.prefix(ComparisonPage.rowLimit) {
        let pair = JSONExcerpt.pair(change.old, change.new, width: 60, none: "")
        table.append([
          .init(change.cells.count == 1 ? change.cells[0] : change.owner), .init(change.name),
          .init(ComparedRuns.letter(place + 1)), .init(pair.old), .init(pair.new),
          .init(String(change.cells.count)),
        ])
      }
    }
    guard count > 0 else { return nil }
    return "<h3>Fields of keys</h3>\(table.html)\(ComparisonPage.rest(count))"
  }

  /// The files of locations that differ.
  private static func files(_ compared: ComparedRuns) -> HTML? {
    var table = DataTable(
      name: "input files", [.text("path"), .text("location"), .text("run"), .text("difference")])
    var count = 0
    for (place, comparison) in compared.comparisons.enumerated() {
      for change in comparison.fields.locations {
        let owner = "\(change.owner) \(change.name)"
        let rows: [(String, String)] =
          if let files = change.files {
            files.edited.map { ($0.path, "changed") } + files.added.map { ($0.path, "added") }
              + files.removed.map { ($0.path, "removed") }
              + files.renamed.map { ($0.to, "renamed from \($0.from)") }
          } else { [("", "the list of files is unknown")] }
        count += rows.count
        for (path, what) in rows.prefix(ComparisonPage.rowLimit) {
          table.append([
            .init(path), .init(owner), .init(ComparedRuns.letter(place + 1)), .init(what),
          ])
        }
      }
    }
    guard count > 0 else { return nil }
    return "<h3>Input files</h3>\(table.html)\(ComparisonPage.rest(count))"
  }

  private static func cut(_ text: String) -> String {
    text.count > 120 ? text.prefix(117) + "..." : text
  }
}
