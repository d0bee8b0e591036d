internal import Foundation
internal import PipelineDSL
internal import Reports
internal import Store

extension Verb {
  static let report = Verb(
    name: "report", usage: "[RUN ...] [-o FILE] | --index [-o DIR]",
    summary: "Write a self-contained HTML page about a run, several runs side by side, or all.",
    options: Workspace.storeOptions + [
      Option("--index", "a page about all runs (RESULTS/reports/index.html)"),
      Option(
        "--output", short: "-o", value: "FILE",
        "output file (default: in RESULTS/reports); with --index, a folder"),
    ]
  ) { arguments in
    let workspace = Workspace(arguments)
    let files = ReportFiles(results: workspace.results)
    let records = try workspace.openRecords()
    let output = arguments.last("--output")
    if arguments.has("--index") {
      try arguments.expect(atMost: 0)
      let path = (output ?? files.folder) + "/index.html"
      try ReportFiles.write(
        try IndexPage.html(records, report: files.links(from: path)), to: path)
      print("index: \(path)")
      return
    }
    let runs = try (arguments.words.isEmpty ? ["latest"] : arguments.words).map {
      try records.run($0)
    }
    guard runs.count == 1 else {
      return try files.compare(runs, records: records, cache: try workspace.openStore(), to: output)
    }
    let html = try RunReport.html(
      run: runs[0], records: records, objects: try workspace.openStore().objects)
    let path = output ?? files.report(runs[0].run.id)
    try ReportFiles.write(html, to: path)
    print("report: \(path)")
  }

  static let checkout = Verb(
    name: "checkout", usage: "RUN CELL[.PORT] DIR",
    summary: "Copy a cell's artifacts to a folder.",
    options: Workspace.storeOptions + [
      Option("--link", "hard links to the read-only objects instead of copies")
    ]
  ) { arguments in
    try arguments.expect(atMost: 3)
    let workspace = Workspace(arguments)
    let records = try workspace.openRecords()
    let run = try records.run(try arguments.word(0, "RUN"))
    let target = try arguments.word(1, "CELL[.PORT]")
    let folder = try arguments.word(2, "DIR")
    let objects = try workspace.openStore().objects
    let found = try CheckoutTarget(target, run: run, records: records)
    for artifact in found.artifacts {
      let manifest = try objects.manifest(artifact.digest)
      let place = found.isWhole ? "\(folder)/\(artifact.port)" : folder
      if found.isWhole {
        try? FileManager.default.createDirectory(
          atPath: folder, withIntermediateDirectories: true)
      }
      try Checkout.materialise(
        manifest, from: objects, to: place, mode: arguments.has("--link") ? .link : .copy)
      print("\(place): \(manifest.files.count) files, \(ByteCount.text(manifest.totalSize))")
    }
  }
}
