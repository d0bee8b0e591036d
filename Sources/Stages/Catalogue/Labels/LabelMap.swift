internal import PipelineDSL

/// A map from native labels to labels: layers, of which the first one with an entry decides.
struct LabelMap: Sendable {
  /// One layer, such as a scheme's table.
  struct Layer: Sendable {
    /// Labels by native label or `source/native label`, both as the user spelled it and folded.
    private var labels: [String: String] = [:]

    /// Creates a layer from entries `native` or `source/native`; an empty label drops a sample.
    init(_ entries: [String: String]) {
      for (key, label) in entries.sorted(by: { $0.key < $1.key }) { add(key, label) }
    }

    /// Creates a layer from a table with the columns label, native and, optionally, source.
    ///
    /// Throws if a column or a native label is missing, or if a native label has two labels; the
    /// error states the line.
    init(table bytes: [UInt8]) throws(CSVError) {
      let table = try CSVTable(parsing: bytes)
      let (label, native) = (try table.column("label"), try table.column("native"))
      let source = table.columns.firstIndex(of: "source")
      var seen: [String: String] = [:]
      for (index, row) in table.rows.enumerated() {
        let owner = source.map { row[$0] } ?? ""
        let key = (owner.isEmpty ? "" : owner + "/") + row[native]
        guard !row[native].isEmpty else {
          throw CSVError(line: index + 2, reason: "the native label is empty")
        }
        if let other = seen.updateValue(row[label], forKey: key), other != row[label] {
          throw CSVError(
            line: index + 2, reason: "'\(key)' has the label '\(other)' in an earlier line")
        }
        add(key, row[label])
      }
    }

    private mutating func add(_ key: String, _ label: String) {
      labels[key] = label
      let folded = LabelMap.foldedKey(key)
      if labels[folded] == nil { labels[folded] = label }
    }

    /// `source/native` takes precedence over `native`, and the exact spelling over the folded one.
    func label(source: String, native: String) -> String? {
      let folded = LabelMap.folded(native)
      return labels["\(source)/\(native)"] ?? labels["\(source)/\(folded)"] ?? labels[native]
        ?? labels[folded]
    }
  }

  private let layers: [Layer]

  /// Creates a map from layers, of which earlier ones take precedence.
  init(_ layers: [Layer]) { self.layers = layers }

  /// Creates the map of a scheme.
  init(_ scheme: LabelScheme) throws(CSVError) {
    layers = scheme == .custom ? [] : [try Layer(table: scheme.bytes)]
  }

  /// This map with another layer, which takes precedence.
  func behind(_ layer: Layer) -> LabelMap { LabelMap([layer] + layers) }

  /// The label of a sample, or `nil` if its native label maps to nothing.
  func label(source: String, native: String) -> String? {
    let found = layers.lazy.compactMap { $0.label(source: source, native: native) }.first
    return found == "" ? nil : found
  }

  /// A native label without the differences between copies of a data set: case, separators,
  /// `[malignant]`.
  static func folded(_ native: String) -> String {
    native.lowercased().split { " _-".contains($0) }.filter { $0 != "[malignant]" }
      .joined(separator: " ")
  }

  /// A key with its native label folded; the source before it is unchanged.
  private static func foldedKey(_ key: String) -> String {
    guard let slash = key.firstIndex(of: "/") else { return folded(key) }
    return key[...slash] + folded(String(key[key.index(after: slash)...]))
  }
}
