public import PipelineDSL
public import Store

/// Explains a miss: compares a key's pre-image with the nearest earlier one of the stage.
public struct RunExplainer {
  /// A field of the pre-image that differs from the earlier one.
  public struct Change: Sendable, Hashable {
    /// The JSON pointer of the field.
    public let field: String
    /// The value before, if there was one.
    public let old: JSONValue?
    /// The value now, if there is one.
    public let new: JSONValue?
    /// For an input, the cells that produce it.
    public let sources: [String]
    /// For an input or a location, the changes to its files; `nil` if they are unknown.
    public let files: FileChanges?
    /// The change as text: one sentence or, for files, one per kind of change.
    public let sentences: [String]

    /// The change as JSON, with at most `limit` files per kind of change.
    public func json(limit: Int = .max) -> JSONValue {
      var object: JSONObject = [
        "field": .string(field), "old": old ?? .null, "new": new ?? .null,
        "text": .string(sentences.joined(separator: "; ")),
      ]
      if !sources.isEmpty { object["from"] = .array(sources.map { .string($0) }) }
      if let files { object["files"] = files.json(limit: limit) }
      return .object(object)
    }
  }

  /// What differs between a cell's key and the nearest earlier one.
  public struct Explanation: Sendable {
    /// The cell that had the earlier key, and the run in which it had it.
    public let earlier: EarlierKey?
    /// The fields that differ, sorted by pointer.
    public let changes: [Change]
    /// Whether the earlier key is from runs of another pipeline.
    public var isOfOther = false

    /// The changes as text, each once.
    public var sentences: [String] {
      var found: [String] = []
      for sentence in changes.flatMap(\.sentences) where !found.contains(sentence) {
        found.append(sentence)
      }
      return found
    }
  }

  /// The reason of a cell that no run of its pipeline had.
  static let new = "new"
  /// The minimum number of rows of a stage to read.
  private static let reach = 200
  /// The maximum number of keys of other cells that a new cell is compared with.
  private static let strangers = 40

  let pipeline: Pipeline
  let cache: ActionCache
  let records: RunRecords
  /// The current run, whose own rows are ignored; `nil` outside a run.
  let observedRun: String?
  private let seen = Seen()

  /// An explainer over the record and the store.
  public init(
    pipeline: Pipeline, cache: ActionCache, records: RunRecords, observedRun: String? = nil
  ) {
    (self.pipeline, self.cache, self.records) = (pipeline, cache, records)
    self.observedRun = observedRun
  }

  /// The reason in a few words, for the line a run prints and records.
  public func shortReason(for cell: Cell, key: StageKey, missReason: MissReason) -> String {
    account(for: cell, key: key, missReason: missReason).reason
  }

  /// Whether the record has earlier keys with which those of a cell's stage can be compared.
  func knows(_ cell: Cell) -> Bool {
    [true, false].contains { byName in
      (try? earlierKeys(of: cell, byName: byName).distinct.isEmpty) == false
    }
  }

  /// The reason in a few words, and the explanation behind it, if the keys are the reason.
  public func account(
    for cell: Cell, key: StageKey, missReason: MissReason
  ) -> (reason: String, explanation: Explanation?) {
    guard missReason == .notStored else { return (missReason.description, nil) }
    guard let explanation = try? explain(cell, key: key), explanation.earlier != nil else {
      return (Self.new, nil)
    }
    // What differs from another pipeline is not why this one runs.
    guard !explanation.isOfOther else { return (Self.new, explanation) }
    let sentences = explanation.sentences
    if sentences.isEmpty { return ("an earlier attempt did not finish", explanation) }
    let more = sentences.count > 2 ? "; and \(sentences.count - 2) more" : ""
    return (sentences.prefix(2).joined(separator: "; ") + more, explanation)
  }

  /// What differs between a cell's key and the nearest earlier key of its stage.
  ///
  /// The nearest key is the same cell's most recent other key or, if the cell is new, the key of
  /// another cell of the stage with the fewest differences. If the pipeline has no earlier keys
  /// under its name, because it was renamed, stages of the same name and kind are used.
  public func explain(_ cell: Cell, key: StageKey) throws(StoreError) -> Explanation {
    for byName in [true, false] {
      let all = try earlierKeys(of: cell, byName: byName)
      if let found = nearest(to: cell, key: key, among: all) {
        let differences = StageKey.differences(from: found.preimage, to: key.preimage)
        return Explanation(
          earlier: found.entry, changes: differences.map { change(for: $0, of: cell) },
          isOfOther: !byName)
      }
    }
    return Explanation(earlier: nil, changes: [])
  }

  /// The run that computed the result under a key, if this record has it.
  public func execution(of key: Digest) throws(StoreError) -> StageRunRow? {
    try records.execution(of: key)
  }

  /// What differs between two pre-images of a cell, each difference once.
  func changes(from old: JSONValue, to new: JSONValue, of cell: Cell) -> [String] {
    StageKey.differences(from: old, to: new).map { change(for: $0, of: cell) }.flatMap(\.sentences)
  }

  // MARK: Earlier keys

  private func nearest(
    to cell: Cell, key: StageKey, among all: History
  ) -> (entry: EarlierKey, preimage: JSONValue)? {
    let own = all.byCell[cell.name] ?? []
    for entry in own where entry.key != key.digest {
      if let preimage = preimage(entry.key) { return (entry, preimage) }
    }
    // A cell that never had another key has no differences, whatever keys other cells have.
    let same = own.first { $0.key == key.digest } ?? all.byKey[key.digest]
    if let same { return (same, key.preimage) }
    var best: (entry: EarlierKey, preimage: JSONValue, count: Int)?
    for entry in all.distinct.prefix(Self.strangers) {
      guard let preimage = preimage(entry.key) else { continue }
      let count = StageKey.differences(from: preimage, to: key.preimage).count
      if count < best?.count ?? .max { best = (entry, preimage, count) }
    }
    return best.map { ($0.entry, $0.preimage) }
  }

  /// The rows of a stage, newest first, read once for all its cells: enough rows to include each
  /// cell in the last few runs.
  private func earlierKeys(of cell: Cell, byName: Bool) throws(StoreError) -> History {
    let name = "\(byName) \(cell.stage)"
    if let known = seen.keys[name] { return known }
    let limit = max(Self.reach, 4 * (pipeline.stage(cell.stage)?.cells.count ?? 0))
    let found =
      byName
      ? try records.earlierKeys(
        stage: cell.stage, pipeline: pipeline.name, limit: limit, except: observedRun)
      : try records.earlierKeys(stage: cell.stage, kind: cell.kind, limit: limit)
    let history = History(found.filter { $0.run != observedRun })
    seen.keys[name] = history
    return history
  }

  private func preimage(_ key: Digest) -> JSONValue? {
    if let known = seen.preimages[key] { return known }
    let record = try? cache.record(key)
    let preimage = record.flatMap { try? $0.preImage }
    seen.preimages[key] = .some(preimage)
    return preimage
  }

  // MARK: Descriptions of changes

  private func change(for difference: StageKey.Difference, of cell: Cell) -> Change {
    let steps = difference.pointer.split(separator: "/").map {
      String($0).replacing("~1", with: "/").replacing("~0", with: "~")
    }
    let name = steps.count > 1 ? steps[1] : ""
    var (sources, files): ([String], FileChanges?) = ([], nil)
    let sentences: [String]
    switch steps.first {
    case "parameters":
      sentences = [told("parameter " + steps.dropFirst().joined(separator: "/"), difference)]
    case "seed": sentences = [told("seed", difference)]
    case "revision": sentences = [told("revision of \(cell.kind)", difference)]
    case "libraries": sentences = [told("library \(name)", difference)]
    case "code": sentences = ["code \(name) changed"]
    case "locations":
      files = fileChanges(difference)
      sentences = Self.told("location \(name)", files)
    case "inputs":
      files = fileChanges(difference)
      sources = self.sources(of: name, at: steps.dropFirst(2).first.flatMap { Int($0) }, cell)
      let shown = sources.prefix(3).joined(separator: ", ") + (sources.count > 3 ? ", ..." : "")
      let what = "input \(name)" + (sources.isEmpty ? "" : " (from \(shown))")
      if let old = difference.old?.elements, let new = difference.new?.elements {
        sentences = ["\(what): \(old.count) artifacts before, \(new.count) now"]
      } else {
        sentences = Self.told(what, files)
      }
    default: sentences = [told(steps.joined(separator: "/"), difference)]
    }
    return Change(
      field: difference.pointer, old: difference.old, new: difference.new, sources: sources,
      files: files, sentences: sentences)
  }

  private func told(_ what: String, _ difference: StageKey.Difference) -> String {
    let shown = JSONExcerpt.pair(difference.old, difference.new, width: 60)
    return "\(what): \(shown.old) -> \(shown.new)"
  }

  private static func told(_ what: String, _ files: FileChanges?) -> [String] {
    guard let files else { return ["\(what) changed"] }
    // A list of files also records which files were left out, and why.
    if files.isEmpty { return ["\(what): the list of unreadable files changed"] }
    return files.sentences.map { "\(what): \($0)" }
  }

  /// The cells connected to a port, or only the one at `place`.
  private func sources(of port: String, at place: Int?, _ cell: Cell) -> [String] {
    let all = cell.inputs.filter { $0.port == port }.map { pipeline.cells[$0.cell].name }
    if let place, all.indices.contains(place) { return [all[place]] }
    return all
  }

  // MARK: Files

  private func fileChanges(_ difference: StageKey.Difference) -> FileChanges? {
    guard let old = Self.digest(difference.old), let new = Self.digest(difference.new) else {
      return nil
    }
    let pair = [old, new]
    if let known = seen.files[pair] { return known }
    let before = lines(of: old)
    let after = lines(of: new)
    let changes = before.flatMap { before in
      after.map { FileChanges(from: before, to: $0) }
    }
    seen.files[pair] = .some(changes)
    return changes
  }

  private static func digest(_ value: JSONValue?) -> Digest? {
    (value?.text ?? value?["digest"]?.text).flatMap { Digest(hex: $0) }
  }

  /// The lines of a manifest or of a location's list of files, which are both objects.
  private func lines(of digest: Digest) -> [ManifestLine]? {
    guard let bytes = try? cache.objects.read(digest, verify: false) else { return nil }
    return bytes.split(separator: 10).compactMap { ManifestLine(parsing: $0) }
  }
}

/// The earlier keys of a stage, newest first.
private struct History {
  var byCell: [String: [EarlierKey]] = [:]
  var byKey: [Digest: EarlierKey] = [:]
  /// The newest row of each key.
  var distinct: [EarlierKey] = []

  init(_ rows: [EarlierKey]) {
    for row in rows {
      byCell[row.cell, default: []].append(row)
      guard byKey[row.key] == nil else { continue }
      byKey[row.key] = row
      distinct.append(row)
    }
  }
}

/// A cache of what was read; the cells of a stage share most of it.
private final class Seen {
  var keys: [String: History] = [:]
  var preimages: [Digest: JSONValue?] = [:]
  var files: [[Digest]: FileChanges?] = [:]
}
