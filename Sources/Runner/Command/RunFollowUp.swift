internal import Execution
internal import PipelineDSL
internal import Reports
internal import Store

extension RunFollowUp {
  /// The options of `run` that select it.
  static let options = [
    Option(
      "--against", value: "RUN",
      "exit code 1 if a checked metric is worse than in RUN, or in the newest good run (last-good)"),
    Option(
      "--tolerance", value: "N | N%",
      "tolerated loss of a checked metric, with --against (default: 0)"),
    Option(
      "--summary", value: "FILE",
      "summary as FILE.json or FILE.md, written even if the run fails; may be repeated"),
  ]

  /// The follow-up that the options of `run` select.
  convenience init(_ arguments: Arguments) throws {
    let summaries = arguments.all("--summary")
    let against = arguments.last("--against")
    let text = arguments.last("--tolerance")
    guard text == nil || against != nil else {
      throw CommandError.usage("--tolerance requires --against RUN")
    }
    let zero = RegressionReport.Tolerance.zero
    guard let tolerance = text.map({ RegressionReport.Tolerance($0) }) ?? zero else {
      throw CommandError.usage(
        "--tolerance takes a number such as 0.01, or a share such as 2%, not '\(text ?? "")'")
    }
    for path in summaries where !path.hasSuffix(".json") && !path.hasSuffix(".md") {
      throw CommandError.usage("--summary takes FILE.json or FILE.md, not '\(path)'")
    }
    try self.init(
      file: try arguments.word(0, "FILE"), summaries: summaries,
      against: against.map { $0 == "last-good" ? .lastGood : .named($0) }, tolerance: tolerance)
  }

  /// Runs a closure; an error that ends it early is written to the summaries.
  func following<Value>(_ body: () throws -> Value) throws -> Value {
    do { return try body() } catch {
      let ending = ErrorEnding(error)
      ended(error: ending.text, exit: ending.code)
      throw error
    }
  }
}
