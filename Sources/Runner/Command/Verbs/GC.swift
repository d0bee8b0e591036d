internal import Execution
internal import Foundation
internal import PipelineDSL
internal import Reports
internal import Store

extension Verb {
  static let gc = Verb(
    name: "gc", usage: "[--dry-run | --why DIGEST | --restore [DIGEST ...] | --forget PROJECT]",
    summary:
      "Move what no kept run needs to the trash, and delete what has been there long enough.",
    options: Workspace.storeOptions + [
      Option("--dry-run", short: "-n", "report only; nothing is moved or deleted"),
      Option(
        "--grace", value: "TIME",
        "minimum age of what is moved, and of what is deleted from the trash: 30s, 10m, 12h, 14d (default)"
      ),
      Option(
        "--keep", value: "N",
        "number of last runs kept per pipeline of this project, from now on (default: 10)"),
      Option(
        "--budget", value: "SIZE",
        "maximum size of the results; those of last runs are removed, cheapest to recompute first"),
      Option("--memo", value: "SIZE", "maximum size of the memo (default: 8 GiB)"),
      Option("--why", value: "DIGEST", "explain what keeps a result or an object"),
      Option("--restore", "restore everything, or the named results, from the trash"),
      Option("--forget", value: "PROJECT", "project that no longer exists, by id or record"),
      Workspace.json,
    ],
    examples: [
      ("assay gc --dry-run", "What would be moved to the trash, and why."),
      (
        "assay gc --keep 20 --budget '100 GiB'",
        "Keep more runs of each pipeline, but not more than a size."
      ),
    ]
  ) { arguments in
    let workspace = Workspace(arguments)
    guard FileManager.default.fileExists(atPath: workspace.storeRoot) else {
      throw CommandError.usage("\(workspace.storeRoot): no such store")
    }
    let command = GarbageCommand(arguments: arguments, workspace: workspace)
    if let project = arguments.last("--forget") { return try command.forget(project) }
    if arguments.has("--restore") { return try command.restore() }
    try arguments.expect(atMost: 0)
    if let digest = arguments.last("--why") { return try command.why(digest) }
    try command.collect()
  }
}

/// The actions of `assay gc`.
private struct GarbageCommand {
  let arguments: Arguments
  let workspace: Workspace

  private func options(_ cache: ActionCache) throws(CommandError) -> GarbageCollector.Options {
    var options = GarbageCollector.Options()
    options.leased = LeaseFolder(cache.layout).liveKeys()
    if let seconds = try LeaseSeconds.value(in: ProcessInfo.processInfo.environment) {
      options.delay = seconds
    }
    if let text = arguments.last("--grace") {
      guard let seconds = Self.seconds(text) else {
        throw .usage("--grace takes a time such as 30s, 10m, 12h, 14d or 0, not '\(text)'")
      }
      options.grace = seconds
    }
    func size(_ name: String) throws(CommandError) -> Int? {
      guard let text = arguments.last(name) else { return nil }
      guard let bytes = text == "0" ? 0 : ByteCount.parse(text) else {
        throw .usage("\(name) takes a size such as \"20 GiB\" or 0, not '\(text)'")
      }
      return bytes
    }
    options.budget = try size("--budget")
    options.memo = try size("--memo") ?? options.memo
    options.dryRun = arguments.has("--dry-run")
    options.threads = Machine.current.processors
    return options
  }

  /// Seconds of `30s`, `10m`, `12h`, `14d` or `0`.
  private static func seconds(_ text: String) -> Double? {
    if text == "0" { return 0 }
    let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
    guard let unit = text.last.flatMap({ units[$0] }), let number = Double(text.dropLast()),
      number >= 0, number * unit < 1e10
    else { return nil }
    return number * unit
  }

  // MARK: Collecting

  func collect() throws {
    let records = try workspace.openRecordsIfAny()
    let cache = try workspace.openStore()
    let options = try options(cache)
    if !options.dryRun, let system = FileSystem.networkName(of: workspace.storeRoot) {
      let seconds = Int(options.delay.rounded(.up))
      complain("assay: the store is on \(system): waiting \(seconds) s for what other hosts write")
    }
    var collector = try GarbageCollector(
      cache, options, records: records, keep: try arguments.count("--keep"))
    // A cost that cannot be read is treated as unknown.
    let report = try collector.collect { key in (try? records?.seconds(of: key)) ?? nil }
    arguments.printFacts(text: text(report), json: json(report))
  }

  private func text(_ report: GarbageReport) -> String {
    func amount(_ amount: Amount) -> String {
      "\(Display.count(amount.files, "file")), \(ByteCount.text(amount.bytes))"
    }
    var text = ""
    var table = TextTable([.left("kept"), .right("results"), .right("objects"), .right("size")])
    for group in KeepReason.Group.allCases {
      let kept = report.kept[group] ?? Amount()
      let results = report.keptResults[group] ?? 0
      guard kept.files > 0 || results > 0 else { continue }
      table.append(
        [group.text, String(results), String(kept.files), ByteCount.text(kept.bytes)])
    }
    text += table.rows.isEmpty ? "nothing is kept\n" : table.text
    let head = report.dryRun ? "would be moved to the trash" : "moved to the trash"
    table = TextTable([.left(head), .right("files"), .right("size")])
    for cause in GarbageReport.Cause.allCases {
      guard let gone = report.collected[cause], gone.files > 0 else { continue }
      table.append([cause.text, String(gone.files), ByteCount.text(gone.bytes)])
    }
    text += table.rows.isEmpty ? "no garbage\n" : table.text
    text += "\(head): \(amount(report.total))\n"
    if report.returned.files > 0 { text += "restored from the trash: \(amount(report.returned))\n" }
    text +=
      "\(report.dryRun ? "would be deleted" : "deleted") from the trash: "
      + amount(report.deleted) + "\n"
    text += "in the trash: \(amount(report.trash))\n"
    for project in report.projects {
      text +=
        "kept for \(project.record) on \(project.host): "
        + Display.count(project.runs.count, "run") + " (project \(project.id))\n"
    }
    return text + report.notes.map { "note: \($0)\n" }.joined()
  }

  private func json(_ report: GarbageReport) -> JSONValue {
    let kept = KeepReason.Group.allCases.compactMap { group -> (String, JSONValue)? in
      guard report.kept[group] != nil || report.keptResults[group] != nil else { return nil }
      let amount = report.kept[group] ?? Amount()
      return (
        "\(group)",
        [
          "results": .integer(report.keptResults[group] ?? 0), "files": .integer(amount.files),
          "bytes": .integer(amount.bytes),
        ]
      )
    }
    let collected = GarbageReport.Cause.allCases.compactMap { cause in
      report.collected[cause].map { (cause.rawValue, $0.json) }
    }
    return [
      "dry-run": .bool(report.dryRun), "kept": .object(JSONObject(kept)),
      "collected": .object(JSONObject(collected)), "total": report.total.json,
      "returned": report.returned.json, "deleted": report.deleted.json, "trash": report.trash.json,
      "projects": .array(
        report.projects.map {
          [
            "project": .string($0.id), "host": .string($0.host), "record": .string($0.record),
            "keep": .integer($0.keep), "runs": $0.runs.map(\.run).json, "gone": .bool($0.isGone),
          ]
        }),
      "notes": report.notes.json,
    ]
  }

  // MARK: The rest

  func why(_ name: String) throws {
    let cache = try workspace.openStore()
    var options = try options(cache)
    options.dryRun = true
    let collector = try GarbageCollector(
      cache, options, records: try workspace.openRecordsIfAny())
    let answer = try collector.why(name)
    var text = "\(answer.digest.hex): "
    text += answer.places.isEmpty ? "not in the store" : answer.places.joined(separator: ", ")
    text += "\n"
    for path in answer.paths {
      for (depth, line) in path.lines.enumerated() {
        text += String(repeating: "  ", count: depth + 1) + line + "\n"
      }
    }
    for key in answer.unnamed { text += "  result \(key.hex), which no kept run uses\n" }
    if answer.paths.isEmpty { text += "nothing keeps it\n" }
    let json: JSONValue = [
      "digest": .string(answer.digest.hex), "places": answer.places.json,
      "paths": .array(
        answer.paths.map {
          [
            "record": .string($0.record), "host": .string($0.host), "run": .string($0.run),
            "pipeline": .string($0.pipeline), "reason": .string($0.reason.text),
            "key": ($0.key?.hex).json, "role": .string($0.role),
          ]
        }),
      "unnamed": answer.unnamed.map(\.hex).json,
    ]
    arguments.printFacts(text: text, json: json)
  }

  func restore() throws {
    var only: [Digest] = []
    for word in arguments.words {
      guard let digest = Digest(hex: word) else {
        throw CommandError.usage("--restore takes complete digests of 64 digits, not '\(word)'")
      }
      only.append(digest)
    }
    let amount = try GarbageCollector.restore(
      try workspace.openStore(), only: only.isEmpty ? nil : only)
    arguments.printFacts(
      text: "restored from the trash: \(Display.count(amount.files, "file")), "
        + "\(ByteCount.text(amount.bytes))\n", json: amount.json)
  }

  func forget(_ name: String) throws {
    try arguments.expect(atMost: 0)
    let project = try GarbageCollector.forget(name, in: try workspace.openStore().layout)
    let record = project?.record ?? name
    arguments.printFacts(
      text: "forgotten: what only \(record) kept is removed by the next 'assay gc'\n",
      json: ["record": .string(record)])
  }
}

extension Amount {
  /// Files and bytes.
  var json: JSONValue { ["files": .integer(files), "bytes": .integer(bytes)] }
}
