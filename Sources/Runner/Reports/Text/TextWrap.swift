/// Breaks text into lines of a width, between words.
public enum TextWrap {
  /// The lines of a paragraph; a word longer than a line stays whole.
  public static func lines(_ text: String, width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      if !line.isEmpty, line.count + 1 + word.count > width {
        lines.append(line)
        line = ""
      }
      line += line.isEmpty ? String(word) : " " + word
    }
    return line.isEmpty && !lines.isEmpty ? lines : lines + [line]
  }

  /// A paragraph that begins with some text, whose further lines are indented; ends with a line break.
  ///
  /// `head` is kept as it is, also its spaces; the text follows in the same line.
  public static func hanging(_ head: String, _ text: String, indent: Int, width: Int) -> String {
    let margin = String(repeating: " ", count: indent)
    let rest = max(20, width - indent)
    // A head that leaves no gap stays alone, and the text begins on the next line.
    let leavesGap = head.count < indent || head.count == indent && head.last == " "
    if !leavesGap, indent > 0 {
      return head + "\n" + lines(text, width: rest).map { margin + $0 + "\n" }.joined()
    }
    let padding = String(repeating: " ", count: indent - head.count)
    return head + padding + lines(text, width: rest).joined(separator: "\n" + margin) + "\n"
  }

  /// Several paragraphs, one per line of the text, each broken at a width; ends with a line break.
  public static func paragraphs(_ text: String, width: Int, indent: Int = 0) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map {
      hanging("", String($0), indent: indent, width: width)
    }.joined()
  }
}
