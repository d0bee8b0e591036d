internal import Foundation

/// HTML text; plain strings interpolated into it are escaped.
///
/// `"<td>\(name)</td>"` escapes `name` and inserts other HTML unchanged, so that nothing from a
/// record can become a tag or an attribute.
struct HTML: Sendable, ExpressibleByStringInterpolation {
  private(set) var text: String

  /// HTML from a literal in the source code.
  init(stringLiteral value: String) { text = value }

  /// HTML with interpolated values.
  init(stringInterpolation: Interpolation) { text = stringInterpolation.text }

  /// Empty HTML.
  static let empty: HTML = ""

  /// The name of a cell, which may break before `@` and after a comma and nowhere else.
  static func name(_ text: String) -> HTML {
    var html: HTML = "\(text)"
    html.text = html.text.replacing("@", with: "<wbr>@").replacing(",", with: ",<wbr>")
    return html
  }

  /// Bytes in base64, which needs no escaping in HTML.
  static func base64(_ bytes: [UInt8]) -> HTML {
    var html = HTML.empty
    html.text = Data(bytes).base64EncodedString()
    return html
  }

  /// Text of an embedded file of our own, unchanged.
  static func asset(_ bytes: [UInt8]) -> HTML {
    var html = HTML.empty
    html.text = String(decoding: bytes, as: UTF8.self)
    return html
  }

  /// Joins pieces, one per line.
  init(_ pieces: some Sequence<HTML>) { text = pieces.map(\.text).joined(separator: "\n") }

  static func += (left: inout HTML, right: HTML) { left.text += right.text }

  /// Two pieces, one after the other.
  static func + (left: HTML, right: HTML) -> HTML {
    var both = left
    both += right
    return both
  }

  /// Escapes text for use in an element or in a double-quoted attribute.
  static func escape(_ text: String) -> String {
    guard text.utf8.contains(where: isSpecial) else { return text }
    var out = ""
    out.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": out += "&amp;"
      case "<": out += "&lt;"
      case ">": out += "&gt;"
      case "\"": out += "&quot;"
      case "'": out += "&#39;"
      // Control characters that HTML does not allow in any form.
      case _ where scalar.value < 0x20 && scalar != "\n" && scalar != "\t" && scalar != "\r":
        out += "\u{FFFD}"
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out
  }

  /// Whether a byte begins something that must be escaped; most texts have none.
  private static func isSpecial(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "&"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""),
      UInt8(ascii: "'"):
      true
    default: byte < 0x20
    }
  }

  /// Collects the parts of an interpolated literal.
  struct Interpolation: StringInterpolationProtocol {
    fileprivate var text = ""

    init(literalCapacity: Int, interpolationCount: Int) { text.reserveCapacity(literalCapacity) }

    mutating func appendLiteral(_ literal: String) { text += literal }
    mutating func appendInterpolation(_ value: String) { text += HTML.escape(value) }
    mutating func appendInterpolation(_ value: Int) { text += String(value) }
    mutating func appendInterpolation(_ value: HTML) { text += value.text }

    /// A length or a coordinate in a drawing, with one decimal.
    mutating func appendInterpolation(_ value: Double) {
      let tenths = value.isFinite ? Int((max(-1e9, min(value, 1e9)) * 10).rounded()) : 0
      text += tenths % 10 == 0 ? "\(tenths / 10)" : "\(Double(tenths) / 10)"
    }
  }
}
