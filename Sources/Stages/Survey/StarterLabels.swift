internal import PipelineDSL

/// The parameters of a `harmonise-labels` stage that keeps every image of some data sets.
struct StarterLabels {
  /// The parameters of the stage.
  let parameters: JSONObject
  /// One sentence about the labels, for the stage's description.
  let about: String
  /// The accuracy of guessing among the labels, with two decimals.
  let guessing: Double

  /// The scheme that has a label for every native label and the most labels for them; of equal
  /// ones, that with the fewest labels of its own.
  ///
  /// If no scheme gives at least two labels, the map is a `mapping` of each native label to itself,
  /// as a start for one's own.
  init(_ native: [String]) {
    var best: (scheme: LabelScheme, labels: Int, own: Int)?
    for scheme in LabelScheme.allCases {
      // The tables in the program can be read.
      guard let table = try? CSVTable(parsing: scheme.bytes), let map = try? LabelMap(scheme) else {
        continue
      }
      let labels = native.map { map.label(source: "", native: $0) }
      guard labels.allSatisfy({ $0 != nil }), Set(labels).count > 1 else { continue }
      let found = (scheme, Set(labels).count, Set(table.rows.compactMap(\.first)).count)
      if best.map({ (-found.1, found.2) < (-$0.labels, $0.own) }) ?? true { best = found }
    }
    if let best {
      parameters = ["scheme": .string(best.scheme.rawValue)]
      about = "One scheme for all sources: \(best.labels) labels. docs/labels.md has its table."
      guessing = Self.share(best.labels)
    } else {
      guessing = Self.share(native.count)
      parameters = [
        "scheme": .string(LabelScheme.custom.rawValue),
        "mapping": .object(
          JSONObject(
            native.map { ($0, .string($0.replacing("${", with: "$${"))) })),
      ]
      about = "The label of each class folder. Give two folders one label to join them."
    }
  }

  private static func share(_ count: Int) -> Double {
    (100 / Double(max(1, count))).rounded() / 100
  }
}
