/// How an audit compares two results of the same key.
///
/// It affects neither stored content, which is always named by its bytes, nor any key.
public enum ArtifactComparator: Sendable, Hashable {
  /// Files must be identical byte for byte.
  case bytes
  /// Values of JSON files must be equal, numbers within a tolerance; other files byte for byte.
  case json(tolerance: Double)
  /// Fields of CSV files must be equal, numbers within a tolerance; other files byte for byte.
  case table(tolerance: Double)
  /// Nothing is compared: the output contains clock readings or other data that always differ.
  case ignore

  /// Reads `bytes`, `ignore`, `json`, `json 1e-6`, `table` or `table 1e-6`; `nil` for other text.
  ///
  /// The tolerance defaults to 0; it must be finite and not negative.
  public init?(text: String) {
    let words = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    let tolerance = words.count == 2 ? Double(words[1]) : words.count == 1 ? 0 : nil
    guard let tolerance, tolerance.isFinite, tolerance >= 0 else { return nil }
    switch (words[0], words.count) {
    case ("bytes", 1): self = .bytes
    case ("ignore", 1): self = .ignore
    case ("json", _): self = .json(tolerance: tolerance)
    case ("table", _): self = .table(tolerance: tolerance)
    default: return nil
    }
  }

  /// The text that `init(text:)` reads.
  public var text: String {
    switch self {
    case .bytes: "bytes"
    case .ignore: "ignore"
    case .json(0): "json"
    case .table(0): "table"
    case .json(let tolerance): "json \(JSONCanonicalForm.text(of: tolerance))"
    case .table(let tolerance): "table \(JSONCanonicalForm.text(of: tolerance))"
    }
  }

  /// Whether two numbers agree, with a tolerance relative to the larger one above 1, absolute
  /// below.
  public static func agree(_ a: Double, _ b: Double, within tolerance: Double) -> Bool {
    if a == b || (a.isNaN && b.isNaN) { return true }
    return a.isFinite && b.isFinite && abs(a - b) <= tolerance * max(1, abs(a), abs(b))
  }
}

// MARK: - Files

extension ArtifactComparator {
  /// The first relevant difference between two versions of a file; `nil` if there is none.
  ///
  /// A file that cannot be parsed as its name suggests is compared byte by byte.
  public func difference(from old: [UInt8], to new: [UInt8], path: String) -> String? {
    guard old != new else { return nil }
    switch self {
    case .ignore: return nil
    case .json(let tolerance) where path.hasSuffix(".json"):
      guard let a = try? JSONParser.parse(old), let b = try? JSONParser.parse(new) else { break }
      return Self.difference(from: a, to: b, at: "", within: tolerance)
    case .table(let tolerance) where path.hasSuffix(".csv"):
      guard let a = try? CSVTable(parsing: old), let b = try? CSVTable(parsing: new) else { break }
      return Self.difference(from: a, to: b, within: tolerance)
    default: break
    }
    let place = zip(old, new).enumerated().first { $1.0 != $1.1 }?.offset
    return "byte \(place ?? min(old.count, new.count)) of \(old.count) and \(new.count) bytes"
  }

  private static func difference(
    from old: JSONValue, to new: JSONValue, at pointer: String, within tolerance: Double
  ) -> String? {
    let found = StageKey.differences(from: old, to: new).first {
      guard let a = $0.old?.real, let b = $0.new?.real else { return true }
      return !agree(a, b, within: tolerance)
    }
    return found.map {
      "\($0.pointer.isEmpty ? "/" : $0.pointer): \($0.old?.found ?? "nothing") and "
        + ($0.new?.found ?? "nothing")
    }
  }

  private static func difference(
    from old: CSVTable, to new: CSVTable, within tolerance: Double
  ) -> String? {
    if old.columns != new.columns { return "the header" }
    if old.rows.count != new.rows.count { return "\(old.rows.count) and \(new.rows.count) rows" }
    for (number, rows) in zip(old.rows, new.rows).enumerated() {
      for (column, fields) in zip(old.columns, zip(rows.0, rows.1)) where fields.0 != fields.1 {
        if let a = Double(fields.0), let b = Double(fields.1), agree(a, b, within: tolerance) {
          continue
        }
        return "row \(number + 1), '\(column)': '\(fields.0)' and '\(fields.1)'"
      }
    }
    return nil
  }
}

/// In parameters, a comparator is written as its text.
extension ArtifactComparator: ParameterValue {
  /// Text.
  public static var shape: ParameterShape { .text }

  /// Reads the text.
  public init(json: JSONValue) throws(ParameterError) {
    guard let comparator = json.text.flatMap({ Self(text: $0) }) else {
      throw ParameterError(
        expected: "bytes, ignore, or json or table with a tolerance, such as \"json 1e-6\"",
        found: json.found, known: ["bytes", "ignore", "json", "table"])
    }
    self = comparator
  }

  /// The text.
  public var json: JSONValue { .string(text) }
}
