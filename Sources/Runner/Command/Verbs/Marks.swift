internal import Foundation
internal import PipelineDSL
internal import Reports
internal import Store

// The verbs that mark a run; marks are events in the record and not covered by the seal of the run.

extension Verb {
  static let tag = Verb(
    name: "tag", usage: "[NAME [RUN]]",
    summary: "Give a run a name, which also keeps its results; with no arguments, list tags.",
    options: Workspace.storeOptions + [
      Option("--remove", short: "-d", "remove the tag"), Workspace.json,
    ],
    examples: [
      ("assay tag best latest", "Give the latest run the tag 'best'."),
      ("assay tag", "List all tags."),
      ("assay tag --remove best", "Remove a tag."),
    ]
  ) { arguments in
    try arguments.expect(atMost: 2)
    let marks = try RunMarking(arguments)
    guard let name = arguments.words.first else { return try marks.listTags() }
    if arguments.has("--remove") {
      try arguments.expect(atMost: 1)
      try marks.untag(name)
    } else {
      try marks.tag(name, arguments.words.count > 1 ? arguments.words[1] : "latest")
    }
  }

  static let pin = Verb(
    name: "pin", usage: "[RUN]",
    summary: "Keep everything that a run used until it is unpinned with --remove.",
    options: Workspace.storeOptions + [
      Option("--remove", short: "-d", "unpin the run"), Workspace.json,
    ],
    examples: [
      ("assay pin latest", "Keep everything that the latest run used."),
      ("assay pin --remove latest", "Let 'assay gc' decide again."),
    ]
  ) { arguments in
    try arguments.expect(atMost: 1)
    let isPinned = !arguments.has("--remove")
    try RunMarking(arguments).pin(arguments.words.first ?? "latest", isPinned)
  }

  static let note = Verb(
    name: "note", usage: "RUN TEXT", summary: "Add a remark about a run to the record.",
    options: Workspace.storeOptions + [Workspace.json],
    examples: [
      ("assay note latest 'second camera, new stain'", "Add a remark, which the report shows.")
    ]
  ) { arguments in
    try arguments.expect(atMost: 2)
    let run = try arguments.word(0, "RUN")
    try RunMarking(arguments).note(run, try arguments.word(1, "TEXT"))
  }
}

/// Marks runs in the record and updates what the project keeps in the store.
private struct RunMarking {
  let arguments: Arguments
  let workspace: Workspace
  let records: RunRecords

  init(_ arguments: Arguments) throws {
    self.arguments = arguments
    workspace = Workspace(arguments)
    records = try workspace.openRecords()
  }

  func listTags() throws {
    var tags: [(String, String)] = []
    for (run, marks) in try records.marks() { tags += marks.tags.map { ($0, run) } }
    tags.sort { $0.0 < $1.0 }
    var table = TextTable([.left("tag"), .left("run")])
    for (tag, run) in tags { table.append([tag, run]) }
    let json = JSONObject(tags.map { ($0.0, JSONValue.string($0.1)) })
    arguments.printFacts(text: table.text, json: .object(json))
  }

  func tag(_ name: String, _ reference: String) throws {
    if let problem = RunRecords.problem(ofTag: name) { throw CommandError.usage(problem) }
    let run = try records.run(reference).run.id
    let earlier = try records.tag(run, as: name)
    try refreshRoots()
    let text =
      earlier == nil || earlier == run
      ? "run \(run) has the tag '\(name)'"
      : "the tag '\(name)' moved from run \(earlier ?? "") to run \(run)"
    arguments.printFacts(text: text + "\n", json: ["tag": .string(name), "run": .string(run)])
  }

  func untag(_ name: String) throws {
    guard let run = try records.untag(name) else {
      let known = try records.marks().values.flatMap(\.tags)
      throw CommandError.usage(
        "no run has the tag '\(name)'" + NearestName.hint(for: name, among: known))
    }
    try refreshRoots()
    arguments.printFacts(
      text: "run \(run) no longer has the tag '\(name)'\n",
      json: ["tag": .string(name), "run": .null])
  }

  func pin(_ reference: String, _ isPinned: Bool) throws {
    let run = try records.run(reference).run.id
    let wasSo = try records.pin(run, isPinned)
    if !wasSo { try refreshRoots() }
    arguments.printFacts(
      text: "run \(run) is \(wasSo ? "already " : "")\(isPinned ? "pinned" : "not pinned")\n",
      json: ["run": .string(run), "pinned": .bool(isPinned)])
  }

  func note(_ reference: String, _ text: String) throws {
    guard !text.isEmpty else { throw CommandError.usage("the note must not be empty") }
    let run = try records.run(reference).run.id
    try records.note(run, text)
    arguments.printFacts(
      text: "note added to run \(run)\n", json: ["run": .string(run), "note": .string(text)])
  }

  /// Updates what the store keeps for the project; does nothing if the store does not exist, which
  /// does not prevent marking.
  private func refreshRoots() throws {
    guard FileManager.default.fileExists(atPath: workspace.storeRoot) else { return }
    try ProjectRoots.refresh(records, in: try workspace.openStore().layout)
  }
}
