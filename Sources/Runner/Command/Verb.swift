internal import PipelineDSL
internal import Reports

/// A verb of the command.
struct Verb: Sendable {
  /// A command line that shows what the verb is for, and what it does.
  typealias Example = (command: String, about: String)

  let name: String
  /// The arguments shown after the name in help.
  let usage: String
  let summary: String
  let options: [Option]
  let examples: [Example]
  let run: @Sendable (Arguments) throws -> Void

  /// All verbs, in the order of help.
  static let all: [Verb] = [
    .initialise, .check, .plan, .run, .attach, .status, .why, .graph, .stages, .schema, .synthesise,
    .doctor, .predict, .runs, .show, .diff, .metrics, .results, .audit, .report, .figure, .export,
    .checkout, .tag, .pin, .note, .gc, .cache, .completion, .man,
  ]

  /// The verb with a name.
  static func named(_ name: String) throws(CommandError) -> Verb {
    guard let verb = all.first(where: { $0.name == name }) else {
      throw .usage("unknown verb '\(name)'" + NearestName.hint(for: name, among: all.map(\.name)))
    }
    return verb
  }

  /// Whether words ask for help: `--help` or `-h` before `--`, and not as the value of an option.
  func asksForHelp(_ words: some Sequence<String>) -> Bool {
    var isValue = false
    for word in words {
      if isValue {
        isValue = false
      } else if word == "--help" || word == "-h" {
        return true
      } else if word == "--" {
        return false
      } else {
        isValue = options.contains { $0.value != nil && ($0.name == word || $0.short == word) }
      }
    }
    return false
  }

  /// The help of the verb in lines of a width.
  func help(width: Int) -> String {
    var text = TextWrap.hanging("assay \(name) ", usage, indent: name.count + 7, width: width)
    text += "\n" + TextWrap.paragraphs(summary, width: width)
    if !options.isEmpty { text += "\nOptions:\n" }
    for option in options {
      text += TextWrap.hanging("  " + option.head, option.help, indent: 28, width: width)
    }
    if !examples.isEmpty { text += "\nExamples:\n" }
    for example in examples {
      // Commands are not broken into lines, so that they can be copied.
      text += "  \(example.command)\n"
      text += TextWrap.paragraphs(example.about, width: width, indent: 6)
    }
    return text
  }

  /// The exit codes of all verbs.
  static let exitCodes: [(code: String, about: String)] = [
    ("0", "done"),
    (
      "1",
      "a stage failed, data were missing, a check was not met or a metric got worse (--against)"
    ),
    ("2", "usage"),
    ("3", "the pipeline is invalid or no stage has its data"),
    ("4", "out of date (status -q, plan --exit-code)"),
    ("5", "an audit or a comparison found a difference"),
    ("6", "the store or the record is damaged"),
    ("130", "interrupted"),
  ]

  /// What the command is, in a few words.
  static let about = "declarative experiment pipelines, cached by content"

  /// The help of the command in lines of a width.
  static func overview(width: Int) -> String {
    var text = "assay: \(about)\n\nUsage: assay VERB ... (see assay VERB --help)\n\n"
    for verb in all {
      text += TextWrap.hanging("  " + verb.name, verb.summary, indent: 14, width: width)
    }
    let codes = exitCodes.map { "\($0.code) \($0.about)" }.joined(separator: "; ")
    return text + "\n" + TextWrap.paragraphs("Exit codes: \(codes).", width: width)
  }
}

extension Option {
  /// The forms of the option and the placeholder of its value, as shown in help.
  var head: String {
    [short, name].compactMap { $0 }.joined(separator: ", ") + placeholder
  }
}
