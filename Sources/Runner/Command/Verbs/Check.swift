internal import PipelineDSL

extension Verb {
  static let check = Verb(
    name: "check", usage: "FILE [--set NAME=VALUE ...] [--format text|json|github|sarif]",
    summary: "Check a pipeline file and report every problem in one pass.",
    options: Workspace.pipelineOptions + [
      Option(
        "--format", value: "FORMAT",
        "text (default), json, github (annotations of a workflow) or sarif"),
      Workspace.json,
    ],
    examples: [
      ("assay check Pipelines/demo.json", "Every problem in one pass, with file:line:column."),
      ("assay check study.json --set size=96 --json", "The same with another size, for a program."),
      ("assay check study.json --format github", "Annotations in a workflow of GitHub."),
    ]
  ) { arguments in
    try arguments.expect(atMost: 1)
    let format = try CheckFormat(arguments)
    switch try Workspace.resolution(arguments) {
    case .success(let pipeline): print(format.text(of: pipeline), terminator: "")
    case .failure(let problems):
      guard format != .text else { throw CommandError.invalid(problems.description) }
      print(format.text(of: problems), terminator: "")
      throw CommandError.exit(3)
    }
  }
}

/// How `check` prints problems.
enum CheckFormat: String, CaseIterable {
  case text, json, github, sarif

  init(_ arguments: Arguments) throws(CommandError) {
    let word = arguments.last("--format") ?? (arguments.has("--json") ? "json" : "text")
    guard let format = CheckFormat(rawValue: word) else {
      throw .usage("--format is text, json, github or sarif, not '\(word)'")
    }
    self = format
  }

  /// The output for a pipeline without problems.
  func text(of pipeline: Pipeline) -> String {
    switch self {
    case .text, .github:
      "\(pipeline.file): valid: \(pipeline.stages.count) stages, \(pipeline.cells.count) cells\n"
    case .json: "[]\n"
    case .sarif: Self.sarif([])
    }
  }

  /// The output for one with problems.
  func text(of problems: Diagnostics) -> String {
    switch self {
    case .text: problems.description + "\n"
    case .json: JSONPrettyForm.text(of: .array(problems.list.map(\.json)))
    case .github: problems.gitHubCommands
    case .sarif: Self.sarif(problems.list)
    }
  }

  private static func sarif(_ list: [Diagnostic]) -> String {
    JSONPrettyForm.text(of: Diagnostics.sarif(version: AssayVersion.text, list))
  }
}
