/// A field that a filter compares.
enum FilterField: Sendable, Hashable {
  /// The last value of a metric of a cell.
  case metric(String)
  /// The value of a cell along an axis.
  case axis(String)
  /// A parameter of the run.
  case parameter(String)
  case pipeline, status, started, tag, host, user

  /// The fields of a run that have no name of their own.
  static let plain: [String: FilterField] = [
    "pipeline": .pipeline, "status": .status, "started": .started, "tag": .tag, "host": .host,
    "user": .user,
  ]
  /// The fields that need a name, which follows the dot.
  static let prefixes = ["metric.", "axis.", "parameter."]

  /// What a filter or a column may name, for messages and completion.
  static let words = plain.keys.sorted() + prefixes

  /// The field with a name such as `metric.test/macro-f1` or `status`; `nil` without one.
  init?(_ word: String) {
    if let plain = Self.plain[word] {
      self = plain
      return
    }
    guard let prefix = Self.prefixes.first(where: word.hasPrefix), word.count > prefix.count else {
      return nil
    }
    let name = String(word.dropFirst(prefix.count))
    switch prefix {
    case "metric.": self = .metric(name)
    case "axis.": self = .axis(name)
    default: self = .parameter(name)
    }
  }

  /// Whether it is a metric, an axis or a parameter, of which there are many.
  var hasName: Bool {
    switch self {
    case .metric, .axis, .parameter: true
    default: false
    }
  }
}

/// The value of a field.
enum FilterValue: Sendable {
  /// The run or cell has no such field: a comparison with it is neither true nor false.
  case absent
  case number(Double)
  case text(String)
  /// Any number of texts, such as the tags of a run.
  case texts([String])
}
