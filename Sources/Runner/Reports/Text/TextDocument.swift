/// A document of sections, rendered for a terminal or as Markdown with the same content.
///
/// Its content is always shown as plain text: no control character reaches a terminal, and no
/// markup in a name or a log reaches a page.
struct TextDocument: Sendable {
  /// A piece of a section.
  enum Block: Sendable {
    /// Short sentences, one per line.
    case lines([String])
    /// A table.
    case table(TextTable)
    /// Lines as a program wrote them.
    case log([String])
  }

  /// A section: its title, a summary in a few words, and the details.
  struct Section: Sendable {
    let title: String
    let summary: String
    var blocks: [Block] = []

    init(_ title: String, _ summary: String, _ blocks: [Block] = []) {
      (self.title, self.summary, self.blocks) = (title, summary, blocks)
    }
  }

  /// The title; only Markdown shows it.
  let title: String
  /// The blocks before the sections.
  var head: [Block]
  /// The sections, in order.
  var sections: [Section]

  /// The maximum number of rows or lines of one kind that are shown.
  static let limit = 40

  /// The line that replaces the rest of a truncated list.
  static func rest(_ count: Int) -> [Block] {
    count > limit ? [.lines(["and \(count - limit) more; --json lists all"])] : []
  }

  // MARK: For a terminal

  /// The document for a terminal.
  var text: String {
    var out = head.map { Self.text($0, indent: "") }.joined()
    for section in sections {
      out += "\n\(Display.line(section.title)): \(Display.line(section.summary))\n"
      out += section.blocks.map { Self.text($0, indent: "  ") }.joined()
    }
    return out
  }

  private static func text(_ block: Block, indent: String) -> String {
    switch block {
    case .lines(let lines): lines.map { indent + Display.line($0) + "\n" }.joined()
    case .log(let lines): lines.map { indent + "  | " + Display.line($0) + "\n" }.joined()
    case .table(let table):
      table.text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        .map { $0.isEmpty ? "\n" : indent + $0 + "\n" }.joined()
    }
  }

  // MARK: As Markdown

  /// The document as Markdown (CommonMark with tables).
  var markdown: String {
    var out = "# \(Markdown.escaped(title))\n\n" + head.map(Self.markdown).joined()
    for section in sections {
      let name = section.title.prefix(1).uppercased() + section.title.dropFirst()
      out += "## \(Markdown.escaped(name))\n\n\(Markdown.escaped(section.summary))\n\n"
      out += section.blocks.map(Self.markdown).joined()
    }
    return out
  }

  private static func markdown(_ block: Block) -> String {
    switch block {
    case .lines(let lines):
      lines.isEmpty ? "" : lines.map { "- \(Markdown.escaped($0))\n" }.joined() + "\n"
    case .log(let lines):
      lines.isEmpty ? "" : lines.map { "    \(Display.line($0))\n" }.joined() + "\n"
    case .table(let table): table.markdown + "\n"
    }
  }
}

/// Escapes text so that Markdown shows it literally.
enum Markdown {
  /// Text on one line with all markup escaped.
  static func escaped(_ text: String) -> String {
    var out = ""
    for character in Display.line(text) {
      switch character {
      case "&": out += "&amp;"
      case "<": out += "&lt;"
      case ">": out += "&gt;"
      case "\\", "`", "*", "_", "[", "]", "|", "#", "~", "!", "$": out += "\\\(character)"
      default: out.append(character)
      }
    }
    return out
  }
}

extension TextTable {
  /// The table as Markdown.
  var markdown: String {
    func line(_ fields: [String]) -> String { "| " + fields.joined(separator: " | ") + " |\n" }
    return line(columns.map { Markdown.escaped($0.heading.trimmed) })
      + line(columns.map { $0.isRight ? "--:" : "---" })
      + rows.map { line($0.map { Markdown.escaped($0.trimmed) }) }.joined()
  }
}

extension String {
  /// The string without spaces at both ends.
  fileprivate var trimmed: String {
    var rest = self[...]
    while rest.first == " " { rest.removeFirst() }
    while rest.last == " " { rest.removeLast() }
    return String(rest)
  }
}
