internal import Execution
internal import PipelineDSL
internal import Reports
internal import Store

/// What follows the outcome of a run: scores, savings, and commands to continue with.
extension RunCommand {
  /// Prints the scores, and what was saved by the cache.
  func summariseScores(_ outcome: RunOutcome) throws {
    let ending = try RunEnding(
      of: prepared.records.run(outcome.run), records: prepared.records)
    let table = ending.text(columns: ProgressView.tableColumns)
    if !table.isEmpty { print("\n" + table) }
    guard let hits = outcome.counts[.hit], hits > 0 else { return }
    let total = outcome.counts.values.reduce(0, +)
    let saved =
      ending.savedSeconds >= 0.1
      ? ", which saved \(Display.seconds(ending.savedSeconds)) of computing" : ""
    print("cached: \(hits) of \(Display.count(total, "cell"))\(saved)")
  }

  /// The commands that make sense next.
  func nextSteps(_ outcome: RunOutcome) -> [String] {
    let record = words(of: ["--results", "--store"])
    switch outcome.status {
    case .failed:
      guard let failure = outcome.failures.first else { return [] }
      return [
        "next: \(command(["why", pipeline.file, failure.cell] + inherited))",
        "then: \(command(["run", pipeline.file, "--only-failed"] + inherited))",
      ]
    case .detached:
      return ["next: \(command(["attach", outcome.run] + record))"]
    case .interrupted: return ["next: \(command(["run", pipeline.file] + inherited))"]
    case .dataMissing, .done, .unmet:
      // A report that was written is named already.
      guard reportPath == nil else { return [] }
      return ["next: \(command(["report", "latest"] + record))"]
    }
  }

  /// The command that runs a cell again.
  func repeatCommand(_ cell: String) -> String {
    command(["run", pipeline.file, cell] + inherited)
  }

  /// The options that another command on the same pipeline needs too.
  private var inherited: [String] {
    words(of: [
      "--parameters", "--set", "--axis", "--results", "--store", "--profile", "--executor",
    ])
  }

  private func words(of options: [String]) -> [String] {
    options.flatMap { option in arguments.all(option).flatMap { [option, $0] } }
  }

  private func command(_ words: [String]) -> String {
    ShellWords.joined(["assay"] + words)
  }
}
