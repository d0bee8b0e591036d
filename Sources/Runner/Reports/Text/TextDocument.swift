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

  /// The maximum number of rows or lines of one kind that a terminal shows.
  static let limit = 40

  // MARK: For a terminal

  /// The document in full.
  var text: String { text(width: nil) }

  /// The document for a terminal of some width, on which long lists are cut and say so; in full if
  /// the width is `nil`.
  func text(width: Int?) -> String {
    var out = head.map { Self.text($0, indent: "", width) }.joined()
    for section in sections {
      let title = "\(Display.line(section.title)): \(Display.line(section.summary))"
      out += "\n" + Self.wrapped(title, indent: "", width)
      out += section.blocks.map { Self.text($0, indent: "  ", width) }.joined()
    }
    return out
  }

  private static func wrapped(_ line: String, indent: String, _ width: Int?) -> String {
    // Only long lines: wrapping would join the spaces of others.
    guard let width, indent.count + line.count > width else { return indent + line + "\n" }
    return TextWrap.paragraphs(line, width: width, indent: indent.count)
  }

  private static func text(_ block: Block, indent: String, _ width: Int?) -> String {
    let limit = width == nil ? Int.max : Self.limit
    func rest(_ count: Int) -> String {
      count > limit ? "\(indent)and \(count - limit) more; --json lists all\n" : ""
    }
    switch block {
    case .lines(let lines):
      return lines.prefix(limit).map { wrapped(Display.line($0), indent: indent, width) }.joined()
        + rest(lines.count)
    case .log(let lines): return lines.map { indent + "  | " + Display.line($0) + "\n" }.joined()
    case .table(let table):
      let shown = table.prefix(limit)
      return shown.text(width: width.map { $0 - indent.count })
        .split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        .map { $0.isEmpty ? "\n" : indent + $0 + "\n" }.joined() + rest(table.rows.count)
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
