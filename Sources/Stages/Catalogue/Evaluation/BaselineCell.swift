internal import PipelineDSL

/// The parameter `baseline` of `compare`: axis values that select one group of repeats, or nothing.
///
/// Written as an object, `{"backbone": "cnn"}`, or as in the name of a cell, `backbone=cnn`.
struct BaselineCell: ParameterValue, Hashable {
  /// The values as text, by axis; empty for no baseline.
  var values: [String: String] = [:]

  /// No baseline.
  static let none = BaselineCell()
  /// Any value, so that both forms are valid.
  static var shape: ParameterShape { .any }

  init() {}

  init(json: JSONValue) throws(ParameterError) {
    switch json {
    case .null: return
    case .string(let text):
      guard let values = Self.parse(text) else { throw Self.error(json.found) }
      self.values = values
    case .object(let object) where !object.isEmpty:
      for (axis, value) in object.members {
        guard value != .null, value.elements == nil,
          value.object == nil || value["name"]?.text != nil
        else { throw Self.error(value.found, at: [axis]) }
        values[axis] = Compare.text(value)
      }
    default: throw Self.error(json.found)
    }
  }

  /// An object of texts, whichever form was written.
  var json: JSONValue { values.isEmpty ? .null : values.json }

  /// `backbone=cnn,augmentation=mixup`.
  var text: String {
    values.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
  }

  private static func error(_ found: String, at path: [String] = []) -> ParameterError {
    ParameterError(
      expected: "axis values, as {\"backbone\": \"cnn\"} or as \"backbone=cnn\"", found: found,
      path: path)
  }

  /// The values of the second form; a piece without an equals sign belongs to the value before it.
  private static func parse(_ text: String) -> [String: String]? {
    var values: [String: String] = [:]
    var last: String?
    for piece in text.split(separator: ",", omittingEmptySubsequences: false) {
      let parts = piece.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if parts.count == 2, !parts[0].isEmpty {
        let axis = String(parts[0])
        guard values.updateValue(String(parts[1]), forKey: axis) == nil else { return nil }
        last = axis
      } else if let last {
        values[last, default: ""] += "," + piece
      } else {
        return nil
      }
    }
    return values
  }
}
