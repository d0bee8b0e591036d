/// The path from the root of a document to a part of it.
///
/// Parts share the path of their parent, so that pointers that are never requested cost no memory
/// in deep documents or with long names.
indirect enum JSONPath: Sendable {
  case root
  case member(JSONPath, String)
  case element(JSONPath, Int)

  /// The JSON pointer (RFC 6901).
  var pointer: String {
    switch self {
    case .root: ""
    case .member(let parent, let name): parent.pointer + "/" + Self.escape(name)
    case .element(let parent, let index): parent.pointer + "/\(index)"
    }
  }

  /// A step as written in a pointer.
  static func escape(_ step: String) -> String {
    guard step.utf8.contains(where: { $0 == UInt8(ascii: "~") || $0 == UInt8(ascii: "/") }) else {
      return step
    }
    var escaped = String.UnicodeScalarView()
    for scalar in step.unicodeScalars {
      switch scalar {
      case "~": escaped += "~0".unicodeScalars
      case "/": escaped += "~1".unicodeScalars
      default: escaped.append(scalar)
      }
    }
    return String(escaped)
  }
}
