internal import Foundation
internal import PipelineDSL
internal import Reports
internal import Store

extension Verb {
  static let figure = Verb(
    name: "figure", usage: "[RUN [NAME]] [-o FILE]",
    summary: "Write a figure of a run's report as an SVG file for a paper, or list the figures.",
    options: Workspace.storeOptions + [
      Option("--output", short: "-o", value: "FILE", "output file (default: standard output)"),
      Option("--caption", "only the caption; with --output it is always shown"),
    ],
    examples: [
      ("assay figure latest", "The names of all figures of the latest run."),
      (
        "assay figure latest curves/model/loss -o loss.svg",
        "One figure as a file, and its caption."
      ),
    ]
  ) { arguments in
    try arguments.expect(atMost: 2)
    let workspace = Workspace(arguments)
    let records = try workspace.openRecords()
    let run = try records.run(arguments.words.first ?? "latest")
    let figures = try RunFigures(
      run: run, records: records, objects: try workspace.openStore().objects)
    guard arguments.words.count > 1 else {
      var table = TextTable([.left("figure"), .left("shows")])
      for figure in figures.list { table.append([figure.name, figure.title]) }
      print(figures.list.isEmpty ? "the run has no figures\n" : table.text, terminator: "")
      return
    }
    let name = arguments.words[1]
    guard let figure = figures.figure(named: name) else {
      throw CommandError.usage(
        "run \(run.run.id) has no figure '\(name)'; "
          + "'assay figure \(run.run.id)' lists all\(figures.hint(for: name))")
    }
    guard let path = arguments.last("--output") else {
      print(arguments.has("--caption") ? figure.caption + "\n" : figure.svg, terminator: "")
      return
    }
    try TextFile.write(figure.svg, to: path)
    print("figure: \(path)\n\(Display.line(figure.caption))")
  }
}
