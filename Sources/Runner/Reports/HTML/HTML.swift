/// Text that is HTML: whatever is put into it as a plain string is escaped.
///
/// `"<td>\(name)</td>"` escapes `name` and takes other HTML as it is, so that nothing from a record
/// can become a tag or an attribute.
struct HTML: Sendable, ExpressibleByStringInterpolation {
  private(set) var text: String

  /// HTML as it stands in the source code.
  init(stringLiteral value: String) { text = value }

  /// HTML with values put in.
  init(stringInterpolation: Interpolation) { text = stringInterpolation.text }

  /// Nothing.
  static let empty: HTML = ""

  /// Plain text, escaped.
  init(plain text: String) { self.text = Self.escape(text) }

  /// Pieces, a line each.
  init(_ pieces: some Sequence<HTML>) { text = pieces.map(\.text).joined(separator: "\n") }

  static func += (left: inout HTML, right: HTML) { left.text += right.text }

  /// Text as HTML shows it, inside an element or an attribute in double quotes.
  static func escape(_ text: String) -> String {
    var out = ""
    out.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": out += "&amp;"
      case "<": out += "&lt;"
      case ">": out += "&gt;"
      case "\"": out += "&quot;"
      case "'": out += "&#39;"
      // Controls that HTML does not allow in any form.
      case _ where scalar.value < 0x20 && scalar != "\n" && scalar != "\t" && scalar != "\r":
        out += "\u{FFFD}"
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out
  }

  /// Collects the parts of an interpolated literal.
  struct Interpolation: StringInterpolationProtocol {
    fileprivate var text = ""

    init(literalCapacity: Int, interpolationCount: Int) { text.reserveCapacity(literalCapacity) }

    mutating func appendLiteral(_ literal: String) { text += literal }
    mutating func appendInterpolation(_ value: String) { text += HTML.escape(value) }
    mutating func appendInterpolation(_ value: Int) { text += String(value) }
    mutating func appendInterpolation(_ value: HTML) { text += value.text }

    /// A length or a place in a drawing, with one decimal.
    mutating func appendInterpolation(_ value: Double) {
      let tenths = value.isFinite ? Int((max(-1e9, min(value, 1e9)) * 10).rounded()) : 0
      text += tenths % 10 == 0 ? "\(tenths / 10)" : "\(Double(tenths) / 10)"
    }
  }
}
