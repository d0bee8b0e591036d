internal import PipelineDSL

/// How many images have each prediction set of a conformal model.
struct SetCounts {
  private let names: [String]
  private var counts: [[String: Int]]

  /// Counts sets by their names, such as `set_0.1`.
  init(names: [String]) {
    self.names = names
    counts = names.map { _ in [:] }
  }

  /// Adds the sets of an image, one per name.
  mutating func add(_ sets: [String]) {
    for (index, set) in sets.enumerated() { counts[index][set, default: 0] += 1 }
  }

  private var sorted: [(name: String, sets: [(set: String, count: Int)])] {
    zip(names, counts).map { name, counts in
      (name, counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { ($0.key, $0.value) })
    }
  }

  /// The number of images by set and name; `nil` if the model has no sets.
  var json: JSONValue? {
    guard !names.isEmpty else { return nil }
    return .object(
      JSONObject(
        sorted.map { name, sets in
          (name, .object(JSONObject(sets.map { ($0, JSONValue.integer($1)) })))
        }))
  }

  /// One line per name, with the most frequent sets.
  var lines: [String] {
    sorted.map { name, sets in
      let shown = sets.prefix(12).map { "\($0.isEmpty ? "(empty)" : $0) \($1)" }
      return "\(name): \(shown.joined(separator: ", "))"
    }
  }
}
