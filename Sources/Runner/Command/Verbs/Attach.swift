internal import Execution
internal import PipelineDSL
internal import Reports
internal import Store

extension Verb {
  static let attach = Verb(
    name: "attach", usage: "[RUN]",
    summary: "Wait for the jobs that a run left in a cluster, and finish what it began.",
    options: Workspace.storeOptions + ProfileOptions.all.filter { $0.name == "--on-interrupt" } + [
      Option("--quiet", short: "-q", "only failures and the end"), Workspace.json,
    ],
    examples: [
      ("assay attach", "Continue the latest run."),
      ("assay attach 20261121-231501-ab12cd", "Continue this run."),
    ]
  ) { arguments in
    try arguments.expect(atMost: 1)
    NumericEnvironment.pin()
    let words = try AttachedRun(arguments).words
    let own = try Arguments(words.dropFirst(2), options: Verb.run.options)
    try RunCommand.run(own, commandLine: words)
  }
}

/// The command that continues a recorded run.
struct AttachedRun {
  /// Options of the recorded command that a continuation must not repeat: what was forced is done.
  private static let dropped: Set = ["--detach", "--force", "-f"]

  /// The command line, from `assay run` on.
  let words: [String]

  init(_ arguments: Arguments) throws {
    let workspace = Workspace(arguments)
    let records = try workspace.openRecords()
    let run = try records.run(arguments.words.first ?? "latest").run
    var words = ShellWords.split(run.command)
    guard words.count > 2, words[1] == "run" else {
      throw CommandError.usage("run \(run.id) was not started by 'assay run': \(run.command)")
    }
    words.removeAll { Self.dropped.contains($0) }
    for option in ["--results", "--store", "--on-interrupt"] {
      words += arguments.all(option).flatMap { [option, $0] }
    }
    for flag in ["--quiet", "--json"] where arguments.has(flag) { words.append(flag) }
    let own = try Arguments(words.dropFirst(2), options: Verb.run.options)
    let pipeline = try Workspace.pipeline(own)
    guard Digest.of(pipeline.text) == run.pipelineDigest else {
      throw CommandError.usage(
        "\(pipeline.file) has changed since run \(run.id); 'assay run' takes over the jobs whose "
          + "keys are the same")
    }
    self.words = words
  }
}
