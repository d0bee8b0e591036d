internal import Foundation
internal import PipelineDSL
internal import Reports
internal import Stages
internal import Store

extension Verb {
  static let report = Verb(
    name: "report", usage: "[RUN ...] [-o FILE] | --index [-o DIR]",
    summary: "Write a self-contained HTML page about a run, several runs side by side, or all.",
    options: Workspace.storeOptions + [
      Option("--index", "a page about all runs (default: RESULTS/reports/index.html)"),
      Option(
        "--output", short: "-o", value: "FILE",
        "output file (default: in RESULTS/reports); with --index, a folder"),
      Workspace.json,
    ],
    examples: [
      ("assay report latest", "The report of the latest run, in the folder of results."),
      ("assay report best -o report.html", "The report of a tagged run, in a file."),
      ("assay report latest~1 latest", "Two runs side by side."),
      ("assay report --index", "A page of all runs, to filter, sort and compare."),
    ]
  ) { arguments in
    let workspace = Workspace(arguments)
    let folder = ReportFolder(results: workspace.results)
    let records = try workspace.openRecords()
    let output = arguments.last("--output")
    if arguments.has("--index") {
      try arguments.expect(atMost: 0)
      let path = (output ?? folder.path) + "/index.html"
      let html = try IndexPage.html(records, report: folder.links(from: path))
      try TextFile.write(html, to: path)
      return arguments.printFacts(
        text: "index: \(path)\n",
        json: ["index": .string(path), "bytes": .integer(html.utf8.count)])
    }
    let runs = try (arguments.words.isEmpty ? ["latest"] : arguments.words).map {
      try records.run($0)
    }
    guard let run = runs.first, runs.count == 1 else {
      let path = try folder.compare(
        runs, records: records, cache: try workspace.openStore(), to: output)
      return arguments.printFacts(
        text: "comparison: \(path)\n",
        json: ["runs": runs.map(\.run.id).json, "comparison": .string(path)])
    }
    let path = output ?? folder.report(run.run.id)
    let report = try ReportFolder.write(
      run, records: records, objects: try workspace.openStore().objects, to: path)
    arguments.printFacts(
      text: "report: \(path)\n",
      json: [
        "run": .string(run.run.id), "pipeline": .string(run.run.pipeline), "report": .string(path),
        "bytes": .integer(report.html.utf8.count), "files": .integer(report.files.count),
      ])
  }

  static let checkout = Verb(
    name: "checkout", usage: "RUN CELL[.PORT] DIR",
    summary: "Copy a cell's artifacts to a folder.",
    options: Workspace.storeOptions + [
      Option("--link", "hard links to the read-only objects instead of copies"), Workspace.json,
    ],
    examples: [
      ("assay checkout latest model.model exported/model", "The model of a run, to use elsewhere."),
      ("assay checkout best scores out --link", "All artifacts of a cell, without copying them."),
    ]
  ) { arguments in
    try arguments.expect(atMost: 3)
    let workspace = Workspace(arguments)
    let records = try workspace.openRecords()
    let run = try FolderPipeline.run(try arguments.word(0, "RUN"), records)
    let target = try arguments.word(1, "CELL[.PORT]")
    let folder = try arguments.word(2, "DIR")
    let objects = try workspace.openStore().objects
    let found = try CheckoutTarget(target, run: run, records: records)
    var copied: [JSONValue] = []
    if !arguments.has("--json") { print("from run \(run.run.id) of '\(run.run.pipeline)'") }
    for artifact in found.artifacts {
      let manifest = try objects.manifest(artifact.digest)
      let place = found.isWhole ? "\(folder)/\(artifact.port)" : folder
      if found.isWhole {
        try? FileManager.default.createDirectory(
          atPath: folder, withIntermediateDirectories: true)
      }
      try Checkout.materialise(
        manifest, from: objects, to: place, mode: arguments.has("--link") ? .link : .copy)
      copied.append([
        "port": .string(artifact.port), "folder": .string(place),
        "digest": .string(artifact.digest.hex), "files": .integer(manifest.files.count),
        "bytes": .integer(manifest.totalSize),
      ])
      guard !arguments.has("--json") else { continue }
      print("\(place): \(manifest.files.count) files, \(ByteCount.text(manifest.totalSize))")
    }
    guard arguments.has("--json") else { return }
    let facts: JSONValue = [
      "run": .string(run.run.id), "pipeline": .string(run.run.pipeline),
      "artifacts": .array(copied),
    ]
    print(JSONPrettyForm.text(of: facts), terminator: "")
  }
}
