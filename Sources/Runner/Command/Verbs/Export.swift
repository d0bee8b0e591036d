internal import PipelineDSL
internal import Reports
internal import Store

extension Verb {
  static let export = Verb(
    name: "export", usage: "[RUN [TABLE]] [--format FORMAT] [-o FILE]",
    summary: "Write a table of a run for a paper or another program, or list the tables.",
    options: Workspace.storeOptions + [
      Option("--format", value: "FORMAT", "markdown (default), csv or latex"),
      Option("--output", short: "-o", value: "FILE", "output file (default: standard output)"),
    ],
    examples: [
      ("assay export latest", "The names of all tables of the latest run."),
      (
        "assay export latest intervals/scores --format latex -o intervals.tex",
        "One table as a file, and its caption."
      ),
    ]
  ) { arguments in
    try arguments.expect(atMost: 2)
    let name = arguments.last("--format") ?? ExportTable.Format.markdown.rawValue
    guard let format = ExportTable.Format(rawValue: name) else {
      throw CommandError.usage("--format is markdown, csv or latex, not '\(name)'")
    }
    let workspace = Workspace(arguments)
    let records = try workspace.openRecords()
    let run = try records.run(arguments.words.first ?? "latest")
    let tables = try ExportTables(
      run: run, records: records, objects: try workspace.openStore().objects)
    guard arguments.words.count > 1 else {
      var list = TextTable([.left("table"), .left("shows")])
      for table in tables.list { list.append([table.name, table.about]) }
      print(tables.list.isEmpty ? "the run has no tables\n" : list.text, terminator: "")
      return
    }
    let table = try Self.table(arguments.words[1], of: run, in: tables)
    if let path = arguments.last("--output") {
      try TextFile.write(table.text(format), to: path)
      print("table: \(path)\n\(table.caption)")
    } else {
      print(table.text(format), terminator: "")
      // A caption between the rows of a CSV file would be taken for one of them.
      if format == .csv { complain("caption: " + table.caption) }
    }
  }

  private static func table(
    _ name: String, of run: RunSummary, in tables: ExportTables
  ) throws(CommandError) -> ExportTable {
    do throws(TableError) {
      if let table = try tables.table(named: name) { return table }
    } catch { throw .failed("\(name): \(error.reason)") }
    throw .usage(
      "run \(run.run.id) has no table '\(name)'; "
        + "'assay export \(run.run.id)' lists all\(tables.hint(for: name))")
  }
}
