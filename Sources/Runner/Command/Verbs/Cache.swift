internal import Execution
internal import Foundation
internal import PipelineDSL
internal import Reports
internal import Store

extension Verb {
  static let cache = Verb(
    name: "cache", usage: "push DIR | pull DIR | verify [DIR]",
    summary: "Copy results to or from a store at DIR, or verify every object in a store; exit 6 if "
      + "something is damaged, 5 if something is incomplete or differs.",
    options: Workspace.storeOptions + [
      Option("--run", value: "RUN", "only what a run of this project used"),
      Option(
        "--stage", value: "STAGE",
        "only what a stage or cell of that run (or the latest) needs; may be repeated"),
      Workspace.json,
    ],
    examples: [
      ("assay cache push /mnt/shared/store", "Copy all results to a shared store."),
      ("assay cache pull /mnt/shared/store --run best", "Fetch what one run used."),
      ("assay cache verify", "Check every object in the store."),
    ]
  ) { arguments in
    try arguments.expect(atMost: 2)
    let command = CacheCommand(arguments: arguments, workspace: Workspace(arguments))
    switch try arguments.word(0, "push, pull or verify") {
    case "push": try command.push(try arguments.word(1, "DIR"))
    case "pull": try command.pull(try arguments.word(1, "DIR"))
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

  func push(_ folder: String) throws {
    let own = ActionCache(ObjectStore(try StoreLayout.existing(workspace.storeRoot)))
    let keys = try selection()
    let other = ActionCache(ObjectStore(try StoreLayout(root: folder)))
    var transfer = try StoreTransfer(from: own, to: other, threads: Machine.current.processors)
    let outcome = try transfer.run(keys)
    // The other store must also keep what this project keeps, as far as it contains it.
    if let records = try workspace.openRecordsIfAny() {
      try ProjectRoots.refresh(records, in: other.layout)
    }
    try conclude(outcome, "pushed to \(folder)")
  }

  func pull(_ folder: String) throws {
    let other = ActionCache(ObjectStore(try StoreLayout.existing(folder)))
    let keys = try selection()
    var transfer = try StoreTransfer(
      from: other, to: try workspace.openStore(), threads: Machine.current.processors)
    try conclude(try transfer.run(keys), "pulled from \(folder)")
  }

  /// The keys that the options select; `nil` for all.
  private func selection() throws -> [Digest]? {
    let stages = arguments.all("--stage")
    guard let run = arguments.last("--run") ?? (stages.isEmpty ? nil : "latest") else { return nil }
    let records = try workspace.openRecords()
    return try records.keys(run: try records.run(run).run.id, of: stages)
  }

  private func conclude(_ outcome: StoreTransfer.Outcome, _ what: String) throws {
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

  func verify(_ folder: String?) throws {
    let layout = try StoreLayout.existing(folder ?? workspace.storeRoot)
    let check = try StoreCheck(
      ActionCache(ObjectStore(layout)), threads: Machine.current.processors)
    var text = "\(layout.root): \(Display.count(check.results, "result")), "
    text += "\(Display.count(check.objects.files, "object")), "
    text += "\(ByteCount.text(check.objects.bytes)) verified; all digests match\n"
    for line in check.damaged { text += "damaged: \(line)\n" }
    for line in check.incomplete { text += "incomplete: \(line)\n" }
    arguments.printFacts(
      text: text,
      json: [
        "results": .integer(check.results), "objects": check.objects.json,
        "damaged": check.damaged.json, "incomplete": check.incomplete.json,
      ])
    try end(damaged: !check.damaged.isEmpty, differs: !check.incomplete.isEmpty)
  }

  private func end(damaged: Bool, differs: Bool) throws {
    if damaged { throw CommandError.exit(6) }
    if differs { throw CommandError.exit(5) }
  }
}
