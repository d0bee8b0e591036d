/// The form in which Assay writes values whose bytes are hashed or compared.
///
/// UTF-8 without white space; members sorted by the UTF-8 bytes of their names; strings escape only
/// what JSON requires (`"`, `\`, and control characters as `\u00xx`); whole numbers that fit in 64
/// bits are written without a fraction, so that `1` and `1.0` agree; other numbers use Swift's
/// shortest form that reads back to the same bits. Negative zero is `0`. Two values are equal
/// exactly if their canonical bytes are equal.
public enum JSONCanonicalForm {
  /// The canonical bytes of a value.
  ///
  /// - Precondition: All numbers are finite, which the parser guarantees.
  public static func bytes(of value: JSONValue) -> [UInt8] {
    var out: [UInt8] = []
    append(value, to: &out)
    return out
  }

  /// The canonical text of a value.
  public static func text(of value: JSONValue) -> String {
    String(decoding: bytes(of: value), as: UTF8.self)
  }

  private static func append(_ value: JSONValue, to out: inout [UInt8]) {
    switch value {
    case .null: out += "null".utf8
    case .bool(let truth): out += (truth ? "true" : "false").utf8
    case .integer(let whole): out += String(whole).utf8
    case .number(let real): out += text(of: real).utf8
    case .string(let text): append(text, to: &out)
    case .array(let elements):
      out.append(UInt8(ascii: "["))
      for (index, element) in elements.enumerated() {
        if index > 0 { out.append(UInt8(ascii: ",")) }
        append(element, to: &out)
      }
      out.append(UInt8(ascii: "]"))
    case .object(let object):
      let members = object.members.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
      out.append(UInt8(ascii: "{"))
      for (index, member) in members.enumerated() {
        if index > 0 { out.append(UInt8(ascii: ",")) }
        append(member.name, to: &out)
        out.append(UInt8(ascii: ":"))
        append(member.value, to: &out)
      }
      out.append(UInt8(ascii: "}"))
    }
  }

  /// The canonical text of a number.
  public static func text(of number: Double) -> String {
    precondition(number.isFinite, "JSON has no \(number)")
    return Int(exactly: number).map(String.init) ?? number.description
  }

  private static func append(_ text: String, to out: inout [UInt8]) {
    out.append(UInt8(ascii: "\""))
    var text = text
    text.withUTF8 { bytes in
      let isPlain = bytes.allSatisfy { $0 >= 0x20 && $0 != 0x22 && $0 != 0x5C }
      if isPlain { out.append(contentsOf: bytes) } else { escape(bytes, to: &out) }
    }
    out.append(UInt8(ascii: "\""))
  }

  private static func escape(_ bytes: UnsafeBufferPointer<UInt8>, to out: inout [UInt8]) {
    let hex = Array("0123456789abcdef".utf8)
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        out.append(UInt8(ascii: "\\"))
        out.append(byte)
      case 0..<0x20:
        out += "\\u00".utf8
        out.append(hex[Int(byte >> 4)])
        out.append(hex[Int(byte & 15)])
      default: out.append(byte)
      }
    }
  }
}
