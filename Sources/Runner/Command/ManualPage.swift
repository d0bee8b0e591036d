internal import Reports

/// A manual page in the macros of man(7), made from the same text as the help.
struct ManualPage {
  /// The name of the page, such as `assay-run`; its file is in section 1.
  let name: String
  /// The page.
  let text: String

  /// All pages: of the command, and of each verb.
  static var all: [ManualPage] { [ManualPage()] + Verb.all.map { ManualPage($0) } }

  /// The name of the file of the page.
  var fileName: String { name + ".1" }

  /// The page of the command.
  init() {
    name = "assay"
    var page = Self.head("assay", Verb.about)
    page += ".B assay\n.I VERB\n.RI [ arguments ]\n.br\n.B assay\n.I VERB\n.B \\-\\-help\n"
    page += ".SH VERBS\n"
    for verb in Verb.all {
      page += ".TP\n.BR assay\\-\(Self.escaped(verb.name)) (1)\n\(Self.line(verb.summary))"
    }
    page += Self.exitStatus
    text = page
  }

  /// The page of a verb.
  init(_ verb: Verb) {
    name = "assay-" + verb.name
    // A summary has a full stop; the name section has none by convention.
    let what = verb.summary.hasSuffix(".") ? String(verb.summary.dropLast()) : verb.summary
    var page = Self.head(name, what.prefix(1).lowercased() + what.dropFirst())
    page += ".B assay \(Self.escaped(verb.name))\n"
    if !verb.usage.isEmpty { page += Self.line(verb.usage) }
    page += ".SH DESCRIPTION\n\(Self.line(verb.summary))"
    if !verb.options.isEmpty { page += ".SH OPTIONS\n" }
    for option in verb.options {
      let forms = [option.short, option.name].compactMap { $0 }
      let head = Self.quoted(forms.joined(separator: ", "))
      // The placeholder in italics, or the option alone.
      let value = option.value.map { ".BI \"\(head) \" \"\(Self.quoted($0))\"" }
      page += ".TP\n\(value ?? ".B \"\(head)\"")\n\(Self.line(option.help))"
    }
    if !verb.examples.isEmpty { page += ".SH EXAMPLES\n" }
    for example in verb.examples {
      page += ".TP\n.B \"\(Self.quoted(example.command))\"\n\(Self.line(example.about))"
    }
    text = page + Self.exitStatus + ".SH SEE ALSO\n.BR assay (1)\n"
  }

  private static func head(_ name: String, _ about: String) -> String {
    // No date: the same program prints the same page.
    ".TH \(name.uppercased().replacing("-", with: "\\-")) 1 \"\" \"assay \(AssayVersion.text)\" \"User Commands\"\n"
      // Commands are neither stretched nor hyphenated.
      + ".nh\n.ad l\n.SH NAME\n\(escaped(name)) \\- \(escaped(about))\n.SH SYNOPSIS\n"
  }

  private static var exitStatus: String {
    ".SH EXIT STATUS\n"
      + Verb.exitCodes.map { ".TP\n.B \($0.code)\n\(line($0.about))" }.joined()
  }

  /// Text on a line of its own.
  private static func line(_ text: String) -> String {
    let escaped = escaped(text)
    // A line that begins with a dot or an apostrophe would be a macro.
    return (escaped.hasPrefix(".") || escaped.hasPrefix("'") ? "\\&" : "") + escaped + "\n"
  }

  private static func escaped(_ text: String) -> String {
    var out = ""
    for character in Display.line(text) {
      switch character {
      case "\\": out += "\\e"
      case "-": out += "\\-"
      case "'": out += "\\(aq"
      case "^": out += "\\(ha"
      case "~": out += "\\(ti"
      case "`": out += "\\(ga"
      default: out.append(character)
      }
    }
    return out
  }

  /// Text inside the quotes of an argument of a macro.
  private static func quoted(_ text: String) -> String {
    escaped(text).replacing("\"", with: "\\(dq")
  }
}
