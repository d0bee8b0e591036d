internal import Execution
internal import Foundation
internal import PipelineDSL
internal import Reports
internal import Store

extension Verb {
  static let cache = Verb(
    name: "cache", usage: "push REMOTE | pull REMOTE | verify [REMOTE]",
    summary: "Copy results to or from a store at REMOTE, a folder or rclone:NAME:PATH, or verify "
      + "every object in a store; exit 6 if something is damaged, 5 if something is incomplete "
      + "or differs.",
    options: Workspace.storeOptions + [
      Option("--run", value: "RUN", "only what a run of this project used"),
      Option(
        "--stage", value: "STAGE",
        "only what a stage or cell of that run (or the latest) needs; may be repeated"),
      Option("--digests", "verify: the content of all objects, where that needs a download"),
      Workspace.json,
    ],
    examples: [
      ("assay cache push /mnt/shared/store", "Copy all results to a shared store."),
      ("assay cache pull /mnt/shared/store --run best", "Fetch what one run used."),
      ("assay cache push rclone:lab:assay", "Copy all results to storage that rclone reaches."),
      ("assay cache verify", "Check every object in the store."),
    ]
  ) { arguments in
    try arguments.expect(atMost: 2)
    let command = CacheCommand(arguments: arguments, workspace: Workspace(arguments))
    switch try arguments.word(0, "push, pull or verify") {
    case "push": try command.push(try arguments.word(1, "REMOTE"))
    case "pull": try command.pull(try arguments.word(1, "REMOTE"))
    case "verify": try command.verify(arguments.words.dropFirst().first)
    case let word:
      throw CommandError.usage(
        "cache takes push, pull or verify, not '\(word)'"
          + NearestName.hint(for: word, among: ["push", "pull", "verify"]))
    }
  }
}

/// The actions of `assay cache`.
private struct CacheCommand {
  let arguments: Arguments
  let workspace: Workspace

  func push(_ name: String) throws {
    let remote = try Workspace.remote(name)
    let own = ActionCache(ObjectStore(try StoreLayout.existing(workspace.storeRoot)))
    let keys = try selection()
    let outcome = try remote.push(keys, from: own, threads: Machine.current.processors)
    // A store in a folder must also keep what this project keeps, as far as it contains it.
    if remote is FolderRemote, let records = try workspace.openRecordsIfAny() {
      try ProjectRoots.refresh(records, in: try StoreLayout.existing(name))
    }
    try conclude(outcome, "pushed to \(remote.name)")
  }

  func pull(_ name: String) throws {
    let remote = try Workspace.remote(name)
    let keys = try selection()
    let own = try workspace.openStore()
    let outcome = try remote.pull(
      keys, into: own, listing: nil, threads: Machine.current.processors)
    try conclude(outcome, "pulled from \(remote.name)")
  }

  /// The keys that the options select; `nil` for all.
  private func selection() throws -> [Digest]? {
    let stages = arguments.all("--stage")
    guard let run = arguments.last("--run") ?? (stages.isEmpty ? nil : "latest") else { return nil }
    let records = try workspace.openRecords()
    return try records.keys(run: try records.run(run).run.id, of: stages)
  }

  private func conclude(_ outcome: TransferOutcome, _ what: String) throws {
    var text = "\(what): \(Display.count(outcome.copied, "result")), "
    text += "\(Display.count(outcome.objects.files, "object")), "
    text += "\(ByteCount.text(outcome.objects.bytes)); already present: "
    text += "\(Display.count(outcome.present, "result")), "
    text += "\(Display.count(outcome.presentObjects, "object"))\n"
    for line in outcome.damaged { text += "damaged: \(line)\n" }
    for line in outcome.incomplete { text += "incomplete: \(line)\n" }
    for key in outcome.divergent {
      text += "diverged: result \(key.hex): the key already has another result, which is kept\n"
    }
    arguments.printFacts(
      text: text,
      json: [
        "results": .integer(outcome.copied), "present": .integer(outcome.present),
        "objects": outcome.objects.json, "present-objects": .integer(outcome.presentObjects),
        "damaged": outcome.damaged.json, "incomplete": outcome.incomplete.json,
        "divergent": outcome.divergent.map(\.hex).json,
      ])
    try end(
      damaged: !outcome.damaged.isEmpty,
      differs: !outcome.incomplete.isEmpty || !outcome.divergent.isEmpty)
  }

  func verify(_ name: String?) throws {
    let remote = try Workspace.remote(name ?? workspace.storeRoot)
    let check = try remote.check(
      digests: arguments.has("--digests"), threads: Machine.current.processors)
    var text = "\(remote.name): \(Display.count(check.results, "result")), "
    text += "\(Display.count(check.objects.files, "object")), "
    text += "\(ByteCount.text(check.objects.bytes)) "
    text +=
      check.readsObjects
      ? "verified; all digests match\n"
      : "compared with what the results state; add --digests to read all objects\n"
    for line in check.damaged { text += "damaged: \(line)\n" }
    for line in check.incomplete { text += "incomplete: \(line)\n" }
    arguments.printFacts(
      text: text,
      json: [
        "results": .integer(check.results), "objects": check.objects.json,
        "objects-read": .bool(check.readsObjects), "damaged": check.damaged.json,
        "incomplete": check.incomplete.json,
      ])
    try end(damaged: !check.damaged.isEmpty, differs: !check.incomplete.isEmpty)
  }

  private func end(damaged: Bool, differs: Bool) throws {
    if damaged { throw CommandError.exit(6) }
    if differs { throw CommandError.exit(5) }
  }
}
