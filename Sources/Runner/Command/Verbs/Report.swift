internal import Foundation
internal import PipelineDSL
internal import Reports
internal import Stages
internal import Store

extension Verb {
  static let report = Verb(
    name: "report", usage: "[RUN] [-o FILE]",
    summary: "Write the report of a run as one self-contained HTML file.",
    options: Workspace.storeOptions + [
      Option(
        "--output", short: "-o", value: "FILE", "output file (default: RESULTS/reports/RUN.html)")
    ]
  ) { arguments in
    try arguments.expect(atMost: 1)
    let workspace = Workspace(arguments)
    let records = try workspace.openRecords()
    let run = try records.run(arguments.words.first ?? "latest")
    let html = try RunReport.html(
      run: run, records: records, objects: try workspace.openStore().objects,
      catalogue: StageCatalogue.all)
    let path = arguments.last("--output") ?? "\(workspace.results)/reports/\(run.run.id).html"
    try TextFile.write(html, to: path)
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
