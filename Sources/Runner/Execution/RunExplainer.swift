public import PipelineDSL
public import Store

/// Says what changed: compares a key's pre-image with the nearest one the stage had before.
public struct RunExplainer {
  /// What differs between a cell's key and the nearest earlier one.
  public struct Explanation: Sendable {
    /// The cell that had the earlier key, and the run in which it had it.
    public let earlier: EarlierKey?
    /// One sentence a difference, in the order of the pre-image's fields.
    public let changes: [String]
  }

  /// How many earlier keys of a stage are looked at.
  private static let reach = 200

  let pipeline: Pipeline
  let cache: ActionCache
  let records: RunRecords
  /// The run that is going on, whose own rows explain nothing; none outside a run.
  let observedRun: String?

  /// An explainer over the record and the store.
  public init(
    pipeline: Pipeline, cache: ActionCache, records: RunRecords, observedRun: String? = nil
  ) {
    (self.pipeline, self.cache, self.records) = (pipeline, cache, records)
    self.observedRun = observedRun
  }

  /// The reason in a few words, for the line a run prints and records.
  public func shortReason(for cell: Cell, key: StageKey, missReason: String) -> String {
    guard missReason == ActionCache.notStored else { return missReason }
    guard let explanation = try? explain(cell, key: key), explanation.earlier != nil else {
      return "first run"
    }
    if explanation.changes.isEmpty { return "it did not finish before" }
    return explanation.changes.prefix(2).joined(separator: "; ")
      + (explanation.changes.count > 2 ? "; and \(explanation.changes.count - 2) more" : "")
  }

  /// What differs between a cell's key and the nearest earlier key of its stage.
  ///
  /// The same cell's most recent other key counts as the nearest; only if the cell is new, another
  /// cell of the stage with the fewest differences does.
  public func explain(_ cell: Cell, key: StageKey) throws(StoreError) -> Explanation {
    let all = try records.earlierKeys(
      stage: cell.stage, pipeline: pipeline.name, limit: Self.reach)
    let earlier = all.filter { $0.key != key.digest && $0.run != observedRun }
    var nearest: (entry: EarlierKey, preimage: JSONValue, count: Int)?
    for entry in earlier {
      guard let record = try? cache.record(entry.key), let preimage = try? record.preImage else {
        continue
      }
      let count = StageKey.differences(from: preimage, to: key.preimage).count
      if entry.cell == cell.name {
        nearest = (entry, preimage, count)
        break
      }
      if count < nearest?.count ?? .max { nearest = (entry, preimage, count) }
    }
    guard let nearest else {
      let same = all.first { $0.key == key.digest && $0.run != observedRun }
      return Explanation(earlier: same, changes: [])
    }
    let changes = changes(from: nearest.preimage, to: key.preimage, of: cell)
    return Explanation(earlier: nearest.entry, changes: changes)
  }

  /// What differs between two pre-images of a cell, each difference once.
  func changes(from old: JSONValue, to new: JSONValue, of cell: Cell) -> [String] {
    var changes: [String] = []
    for sentence in StageKey.differences(from: old, to: new)
      .flatMap({ sentences(for: $0, of: cell) })
    where !changes.contains(sentence) { changes.append(sentence) }
    return changes
  }

  // MARK: Sentences

  private func sentences(for difference: StageKey.Difference, of cell: Cell) -> [String] {
    let steps = difference.pointer.split(separator: "/").map {
      String($0).replacing("~1", with: "/").replacing("~0", with: "~")
    }
    let name = steps.count > 1 ? steps[1] : ""
    func change(_ what: String) -> String {
      "\(what): \(difference.old.map(shown) ?? "none") -> \(difference.new.map(shown) ?? "none")"
    }
    switch steps.first {
    case "parameters":
      return [change("parameter " + steps.dropFirst().joined(separator: "/"))]
    case "seed": return [change("seed")]
    case "revision": return [change("revision of \(cell.kind)")]
    case "libraries": return [change("library \(name)")]
    case "code": return ["code \(name) changed"]
    case "locations":
      return locationChanges(name, from: difference.old, to: difference.new)
    case "inputs":
      return inputChanges(name, from: difference.old, to: difference.new, of: cell)
    default: return [change(steps.joined(separator: "/"))]
    }
  }

  private func shown(_ value: JSONValue) -> String {
    let text = JSONCanonicalForm.text(of: value)
    return text.count > 60 ? text.prefix(57) + "..." : text
  }

  private func digest(_ value: JSONValue?) -> Digest? {
    (value?.text ?? value?["digest"]?.text).flatMap { Digest(hex: $0) }
  }

  private func locationChanges(
    _ name: String, from old: JSONValue?, to new: JSONValue?
  ) -> [String] {
    guard let old = lines(of: digest(old)), let new = lines(of: digest(new)) else {
      return ["location \(name) changed"]
    }
    let changes = FileChanges(from: old, to: new)
    return changes.sentences.map { "location \(name): \($0)" }
  }

  private func inputChanges(
    _ port: String, from old: JSONValue?, to new: JSONValue?, of cell: Cell
  ) -> [String] {
    let sources = cell.inputs.filter { $0.port == port }.map { pipeline.cells[$0.cell].name }
    let from = sources.isEmpty ? "" : " (from \(sources.prefix(3).joined(separator: ", ")))"
    guard let old = lines(of: digest(old)), let new = lines(of: digest(new)) else {
      return ["input \(port)\(from) changed"]
    }
    let changes = FileChanges(from: old, to: new)
    return changes.sentences.map { "input \(port)\(from): \($0)" }
  }

  /// The lines of a manifest or of a location's list of files, which are both objects.
  private func lines(of digest: Digest?) -> [ManifestLine]? {
    guard let digest, let bytes = try? cache.objects.read(digest, verify: false) else { return nil }
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").compactMap {
      ManifestLine(parsing: $0)
    }
  }
}

/// What happened to the files of a folder between two looks.
struct FileChanges: Hashable {
  var renamed: [(from: String, to: String)] = []
  var added: [String] = []
  var removed: [String] = []
  var edited: [String] = []

  static func == (left: FileChanges, right: FileChanges) -> Bool {
    left.sentences == right.sentences
  }
  func hash(into hasher: inout Hasher) { hasher.combine(sentences) }

  init(from old: [ManifestLine], to new: [ManifestLine]) {
    let before = Dictionary(old.map { ($0.path, $0) }) { first, _ in first }
    let after = Dictionary(new.map { ($0.path, $0) }) { first, _ in first }
    edited = new.filter { before[$0.path].map { old in old.digest } ?? $0.digest != $0.digest }
      .map(\.path)
    var gone = Dictionary(
      grouping: old.filter { after[$0.path] == nil }, by: \.digest
    ).mapValues { Array($0.map(\.path).reversed()) }
    for line in new where before[line.path] == nil {
      if let from = gone[line.digest]?.popLast() {
        renamed.append((from, line.path))
      } else {
        added.append(line.path)
      }
    }
    removed = gone.values.flatMap { $0 }.sorted()
  }

  /// One sentence for each kind of change.
  var sentences: [String] {
    func list(_ names: [String]) -> String {
      let shown = names.prefix(3).joined(separator: ", ")
      return names.count > 3 ? "\(shown) and \(names.count - 3) more" : shown
    }
    var sentences: [String] = []
    if !edited.isEmpty { sentences.append("changed \(list(edited))") }
    if !added.isEmpty { sentences.append("added \(list(added))") }
    if !removed.isEmpty { sentences.append("removed \(list(removed))") }
    if !renamed.isEmpty {
      sentences.append("renamed \(list(renamed.map { "\($0.from) to \($0.to)" }))")
    }
    return sentences
  }
}
