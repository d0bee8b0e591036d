/// A verb of the command.
struct Verb: Sendable {
  let name: String
  /// The arguments shown after the name in help.
  let usage: String
  let summary: String
  let options: [Option]
  let run: @Sendable (Arguments) throws -> Void

  /// All verbs, in the order of help.
  static let all: [Verb] = [
    .check, .plan, .run, .status, .why, .graph, .stages, .schema, .synthesise, .doctor, .predict,
    .runs, .show, .diff, .metrics, .results, .audit, .report, .figure, .export, .checkout, .tag,
    .pin, .note,
    .gc,
    .cache,
  ]

  /// The help of one verb.
  var help: String {
    var text = "assay \(name) \(usage)\n\n\(summary)\n"
    if !options.isEmpty { text += "\nOptions:\n" }
    for option in options {
      let head =
        [option.short, option.name].compactMap { $0 }.joined(separator: ", ")
        + (option.value.map { " \($0)" } ?? "")
      text +=
        "  " + head + String(repeating: " ", count: max(2, 26 - head.count))
        + option.help + "\n"
    }
    return text
  }

  /// The help of the command.
  static var overview: String {
    var text = """
      assay: declarative experiment pipelines, cached by content

      Usage: assay VERB ... (see assay VERB --help)


      """
    for verb in all {
      text +=
        "  " + verb.name + String(repeating: " ", count: 12 - verb.name.count)
        + verb.summary + "\n"
    }
    return text + """

      Exit codes: 0 done; 1 a stage failed, data were missing, a check was not met or a metric got worse
      (--against); 2 usage; 3 the pipeline is invalid or no stage has its data; 4 out of date (status -q,
      plan --exit-code); 5 an audit or a comparison found a difference; 6 the store or the record is
      damaged; 130 interrupted.

      """
  }
}
