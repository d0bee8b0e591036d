internal import PipelineDSL
public import Store

/// What differs between two runs, from the pipeline's text to the last digit of a metric.
public struct RunComparison: Sendable {
  /// A named value that is not the same in both runs; none where a run has no such name.
  struct Difference<Value: Sendable>: Sendable {
    let name: String
    let a: Value?
    let b: Value?
  }

  /// A cell whose key is not the same in both runs, or whose fate is not.
  struct CellDifference: Sendable {
    let cell: String
    /// What became of it in each run.
    let a: StageStatus
    let b: StageStatus
    /// The fields of the keys that differ; empty if they are equal or not both known.
    let fields: [StageKey.Difference]
    /// Why the fields cannot be told, if they cannot.
    let unknown: String?

    /// Whether the cell differs by itself, and not only because what it takes in differs.
    var isRoot: Bool { fields.contains { !$0.pointer.hasPrefix("/inputs/") } }
  }

  /// An artifact that is not the same in both runs.
  struct ArtifactDifference: Sendable {
    let cell: String
    let port: String
    let a: Digest?
    let b: Digest?
  }

  /// A metric that is not the same in both runs: the last values, and how many steps differ.
  struct MetricDifference: Sendable {
    let cell: String
    let name: String
    let a: Double?
    let b: Double?
    let steps: Int

    var change: Double? {
      guard let a, let b else { return nil }
      return b - a
    }
  }

  /// The earlier run, or the one that was named first.
  public let a: RunSummary
  /// The other run.
  public let b: RunSummary
  let parameters: [Difference<JSONValue>]
  let environment: [Difference<String>]
  let onlyInA: [String]
  let onlyInB: [String]
  /// Cells of both runs that differ, in topological order.
  let cells: [CellDifference]
  /// How many cells have the same key and fate in both runs.
  let unchanged: Int
  /// The first stage, in topological order, that has a cell that differs or is in one run only.
  let firstStage: String?
  let artifacts: [ArtifactDifference]
  let metrics: [MetricDifference]

  /// Compares two runs of a record; the keys' fields come from the results in the store.
  ///
  /// - Throws: a record that cannot be read. What is missing from the store is said, not thrown.
  public init(
    _ a: RunSummary, _ b: RunSummary, records: RunRecords, cache: ActionCache
  ) throws(StoreError) {
    (self.a, self.b) = (a, b)
    let (first, second) = (try RunFacts(a, records), try RunFacts(b, records))
    parameters = Self.differences(
      Dictionary(uniqueKeysWithValues: first.parameters.map { ($0, $1) }),
      Dictionary(uniqueKeysWithValues: second.parameters.map { ($0, $1) }))
    environment = Self.differences(
      Dictionary(uniqueKeysWithValues: first.environment.map { ($0, $1) }),
      Dictionary(uniqueKeysWithValues: second.environment.map { ($0, $1) }))
    let (left, right) = (Self.byName(first), Self.byName(second))
    onlyInA = first.cells.map(\.row.cell).filter { right[$0] == nil }
    onlyInB = second.cells.map(\.row.cell).filter { left[$0] == nil }
    let shared = second.cells.compactMap { cell in left[cell.row.cell].map { ($0, cell) } }
    cells = shared.compactMap { Self.difference($0.row, $1.row, cache) }
    unchanged = shared.count - cells.count
    let differing = Set((cells.map(\.cell) + onlyInA + onlyInB).map(StageGraph.stage(of:)))
    firstStage = (second.graph.stages + first.graph.stages).map(\.name)
      .first(where: differing.contains)
    artifacts = shared.flatMap { Self.artifacts($0, $1) }
    metrics = shared.flatMap { Self.metrics($0, $1) }
  }

  /// Whether both runs ran the same text.
  var samePipeline: Bool { a.run.pipelineDigest == b.run.pipelineDigest }

  /// Whether both runs have the same results: cells, artifacts and metrics.
  ///
  /// Parameters, environment and text may differ all the same, and so may the way to a result.
  public var isEqual: Bool {
    onlyInA.isEmpty && onlyInB.isEmpty && artifacts.isEmpty && metrics.isEmpty
  }

  // MARK: Comparing

  private static func byName(_ facts: RunFacts) -> [String: RunFacts.CellFacts] {
    Dictionary(facts.cells.map { ($0.row.cell, $0) }) { first, _ in first }
  }

  private static func differences<Value: Equatable>(
    _ a: [String: Value], _ b: [String: Value]
  ) -> [Difference<Value>] {
    Set(a.keys).union(b.keys).sorted().compactMap { name in
      a[name] == b[name] ? nil : Difference(name: name, a: a[name], b: b[name])
    }
  }

  private static func difference(
    _ a: StageRunRow, _ b: StageRunRow, _ cache: ActionCache
  ) -> CellDifference? {
    func result(_ row: StageRunRow) -> Bool { row.status == .hit || row.status == .executed }
    let sameFate = a.status == b.status || result(a) && result(b)
    guard a.key != b.key || !sameFate else { return nil }
    var fields: [StageKey.Difference] = []
    var unknown: String?
    if a.key != b.key {
      do {
        let (old, new) = (try preImage(of: a, cache), try preImage(of: b, cache))
        fields = StageKey.differences(from: old, to: new)
      } catch {
        unknown = error.reason
      }
    }
    return CellDifference(
      cell: a.cell, a: a.status, b: b.status, fields: fields, unknown: unknown)
  }

  private static func preImage(
    of row: StageRunRow, _ cache: ActionCache
  ) throws(StoreError) -> JSONValue {
    guard let key = row.key else {
      throw StoreError(path: row.cell, "it had no key in \(row.run), where it was \(row.status)")
    }
    guard let record = try cache.record(key) else {
      throw StoreError(path: row.cell, "the store holds nothing of its key \(key.short)")
    }
    return try record.preImage
  }

  private static func artifacts(
    _ a: RunFacts.CellFacts, _ b: RunFacts.CellFacts
  ) -> [ArtifactDifference] {
    let left = Dictionary(a.artifacts.map { ($0.port, $0.digest) }) { first, _ in first }
    let right = Dictionary(b.artifacts.map { ($0.port, $0.digest) }) { first, _ in first }
    return differences(left, right).map {
      ArtifactDifference(cell: a.row.cell, port: $0.name, a: $0.a, b: $0.b)
    }
  }

  private static func metrics(
    _ a: RunFacts.CellFacts, _ b: RunFacts.CellFacts
  ) -> [MetricDifference] {
    let (left, right) = (
      Dictionary(grouping: a.metrics, by: \.name), Dictionary(grouping: b.metrics, by: \.name)
    )
    return Set(left.keys).union(right.keys).sorted(by: RunFacts.natural).compactMap { name in
      let (old, new) = (left[name] ?? [], right[name] ?? [])
      let steps =
        zip(old, new).count { !same($0, $1) } + abs(old.count - new.count)
      guard steps > 0 else { return nil }
      return MetricDifference(
        cell: a.row.cell, name: name, a: old.last?.value, b: new.last?.value, steps: steps)
    }
  }

  private static func same(_ a: StageMetric, _ b: StageMetric) -> Bool {
    a.step == b.step && (a.value == b.value || a.value.isNaN && b.value.isNaN)
  }
}
