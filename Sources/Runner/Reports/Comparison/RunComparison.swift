internal import Foundation
internal import PipelineDSL
public import Store

/// The differences between two runs, from the text of the pipeline to the last digit of a metric.
public struct RunComparison: Sendable {
  /// A named value that differs between the runs; `nil` if a run has no such name.
  struct Difference<Value: Sendable>: Sendable {
    let name: String
    let a: Value?
    let b: Value?
  }

  /// Named values: those that differ, and the number of equal ones.
  struct Named<Value: Equatable & Sendable>: Sendable {
    let different: [Difference<Value>]
    let unchanged: Int

    init(_ a: [(name: String, value: Value)], _ b: [(name: String, value: Value)]) {
      let left = Dictionary(a.map { ($0.name, $0.value) }) { first, _ in first }
      let right = Dictionary(b.map { ($0.name, $0.value) }) { first, _ in first }
      let names = Set(left.keys).union(right.keys)
      different = names.sorted().compactMap { name in
        left[name] == right[name] ? nil : Difference(name: name, a: left[name], b: right[name])
      }
      unchanged = names.count - different.count
    }
  }

  /// A cell whose key or outcome differs between the runs.
  struct CellDifference: Sendable {
    let cell: String
    let stage: String
    let kind: String
    /// Its status in each run.
    let a: StageStatus
    let b: StageStatus
    /// The fields of the keys that differ; empty if the keys are equal or not both known.
    let fields: [StageKey.Difference]
    /// Why the fields are unknown, if they are.
    let unknown: String?

    /// Whether the cell itself changed, and not only its inputs.
    var isRoot: Bool { fields.contains { !$0.pointer.hasPrefix("/inputs/") } }
    /// Whether its outcome differs, where a hit and an execution count as equal.
    var hasOtherFate: Bool {
      a != b && !([a, b].allSatisfy { $0 == .hit || $0 == .executed })
    }
  }

  /// An artifact that differs between the runs.
  struct ArtifactDifference: Sendable {
    let cell: String
    let port: String
    let a: Digest?
    let b: Digest?
  }

  /// A metric that differs between the runs: the last values, and the number of steps that differ.
  struct MetricDifference: Sendable {
    let cell: String
    let name: String
    let a: Double?
    let b: Double?
    let steps: Int
    /// Whether it is shown first: a check names it, or it is of the test set.
    let leads: Bool
    /// How its checks ended; `nil` if it has no checks.
    let check: String?

    var change: Double? {
      guard let a, let b else { return nil }
      return b - a
    }
  }

  /// The earlier run, or the one named first.
  public let a: RunSummary
  /// The other run.
  public let b: RunSummary
  /// The places where the texts of the pipelines differ; `nil` if one cannot be read as JSON.
  let textChanges: [StageKey.Difference]?
  let parameters: Named<JSONValue>
  let environment: Named<String>
  let onlyInA: [String]
  let onlyInB: [String]
  /// Cells of both runs that differ, in topological order.
  let cells: [CellDifference]
  /// The fields in which cells themselves differ; a change that cells share is listed once.
  let fields: KeyFieldChanges
  /// The number of cells with the same key and outcome in both runs.
  let unchanged: Int
  /// The first stage, in topological order, with a cell that differs or is in only one run.
  let firstStage: String?
  let artifacts: [ArtifactDifference]
  let unchangedArtifacts: Int
  let metrics: [MetricDifference]
  let unchangedMetrics: Int
  /// The number of equal metrics among those that are shown first.
  let unchangedLeading: Int
  /// Metrics over repeats, with the interval of their mean difference.
  let repeats: [RepeatComparison]
  let unchangedRepeats: Int
  /// Comparisons of predictions that are not the same artifact.
  let predictions: [PredictionComparison]
  let unchangedPredictions: Int

  /// Compares two runs of a record; the fields of keys and the predictions come from the store.
  ///
  /// - Throws: An error if the record cannot be read. Gaps in the store are reported, not thrown.
  public init(
    _ a: RunSummary, _ b: RunSummary, records: RunRecords, cache: ActionCache
  ) throws(StoreError) {
    self.init(try RunFacts(a, records), try RunFacts(b, records), cache: cache)
  }

  /// Compares two runs whose facts were read.
  init(_ first: RunFacts, _ second: RunFacts, cache: ActionCache) {
    (a, b) = (first.summary, second.summary)
    textChanges = Self.textChanges(first.pipelineText, second.pipelineText)
    parameters = Named(first.parameters, second.parameters)
    environment = Named(first.environment, second.environment)
    let (left, right) = (Self.byName(first), Self.byName(second))
    onlyInA = first.cells.map(\.row.cell).filter { right[$0] == nil }
    onlyInB = second.cells.map(\.row.cell).filter { left[$0] == nil }
    let shared = second.cells.compactMap { cell in
      left[cell.row.cell].map { (a: $0, b: cell) }
    }
    cells = shared.compactMap { Self.difference($0.a.row, $0.b.row, cache) }
    fields = KeyFieldChanges(cells, objects: cache.objects)
    unchanged = shared.count - cells.count
    let differing = Set((cells.map(\.cell) + onlyInA + onlyInB).map(StageGraph.stage(of:)))
    firstStage = (second.graph.stages + first.graph.stages).map(\.name)
      .first(where: differing.contains)
    let artifacts = shared.map { Self.artifacts($0.a, $0.b) }
    self.artifacts = artifacts.flatMap(\.different)
    unchangedArtifacts = artifacts.reduce(0) { $0 + $1.unchanged }
    let metrics = shared.map { Self.metrics($0.a, $0.b) }
    self.metrics = metrics.flatMap(\.different)
    unchangedMetrics = metrics.reduce(0) { $0 + $1.unchanged }
    unchangedLeading = metrics.reduce(0) { $0 + $1.unchangedLeading }
    (repeats, unchangedRepeats) = RepeatComparison.all(shared, pipelineText: second.pipelineText)
    (predictions, unchangedPredictions) = Self.predictions(shared, ArtifactReader(cache.objects))
  }

  /// Whether both runs ran the same pipeline text.
  var samePipeline: Bool { a.run.pipelineDigest == b.run.pipelineDigest }

  /// Whether both runs have the same results: cells, artifacts and metrics.
  ///
  /// Parameters, environment and text may still differ, and so may the way to a result.
  public var isEqual: Bool {
    onlyInA.isEmpty && onlyInB.isEmpty && artifacts.isEmpty && metrics.isEmpty
  }

  // MARK: Comparing

  private static func textChanges(_ a: String?, _ b: String?) -> [StageKey.Difference]? {
    guard let a, let b, let old = try? JSONParser.parse(a), let new = try? JSONParser.parse(b)
    else { return nil }
    return StageKey.differences(from: old, to: new)
  }

  private static func byName(_ facts: RunFacts) -> [String: RunFacts.CellFacts] {
    Dictionary(facts.cells.map { ($0.row.cell, $0) }) { first, _ in first }
  }

  /// How a cell of both runs differs; `nil` if its key and outcome are the same.
  static func difference(
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
      cell: a.cell, stage: b.stage, kind: b.kind, a: a.status, b: b.status, fields: fields,
      unknown: unknown)
  }

  private static func preImage(
    of row: StageRunRow, _ cache: ActionCache
  ) throws(StoreError) -> JSONValue {
    guard let key = row.key else {
      throw StoreError(path: row.cell, "no key in run \(row.run), where it was \(row.status)")
    }
    guard let record = try cache.record(key) else {
      throw StoreError(path: row.cell, "the store has no result under its key \(key.short)")
    }
    return try record.preImage
  }

  private static func artifacts(
    _ a: RunFacts.CellFacts, _ b: RunFacts.CellFacts
  ) -> (different: [ArtifactDifference], unchanged: Int) {
    let named = Named(
      a.artifacts.map { ($0.port, $0.digest) }, b.artifacts.map { ($0.port, $0.digest) })
    let different = named.different.map {
      ArtifactDifference(cell: a.row.cell, port: $0.name, a: $0.a, b: $0.b)
    }
    return (different, named.unchanged)
  }

  private static func metrics(
    _ a: RunFacts.CellFacts, _ b: RunFacts.CellFacts
  ) -> (different: [MetricDifference], unchanged: Int, unchangedLeading: Int) {
    let (left, right) = (
      Dictionary(grouping: a.metrics, by: \.name), Dictionary(grouping: b.metrics, by: \.name)
    )
    let checked = Set((a.checks + b.checks).map(\.metric))
    let names = Set(left.keys).union(right.keys).sorted(by: RunFacts.natural)
    var different: [MetricDifference] = []
    var unchangedLeading = 0
    for name in names {
      let (old, new) = (left[name] ?? [], right[name] ?? [])
      let leads = LeadingMetric.leads(name, checked: checked)
      let steps = zip(old, new).count { !same($0, $1) } + abs(old.count - new.count)
      guard steps > 0 else {
        unchangedLeading += leads ? 1 : 0
        continue
      }
      different.append(
        MetricDifference(
          cell: a.row.cell, name: name, a: old.last?.value, b: new.last?.value, steps: steps,
          leads: leads, check: check(name, a, b)))
    }
    return (different, names.count - different.count, unchangedLeading)
  }

  private static func same(_ a: StageMetric, _ b: StageMetric) -> Bool {
    a.step == b.step && (a.value == b.value || a.value.isNaN && b.value.isNaN)
  }

  private static func predictions(
    _ shared: [(a: RunFacts.CellFacts, b: RunFacts.CellFacts)], _ reader: ArtifactReader
  ) -> (different: [PredictionComparison], unchanged: Int) {
    var (different, unchanged) = ([PredictionComparison](), 0)
    for pair in shared {
      for artifact in pair.a.artifacts where artifact.type == .predictions {
        let other = pair.b.artifacts.first { $0.port == artifact.port && $0.type == .predictions }
        guard let other else { continue }
        if other.digest == artifact.digest {
          unchanged += 1
        } else {
          different.append(
            PredictionComparison(
              cell: pair.b.row.cell, port: artifact.port, a: artifact, b: other, reader: reader))
        }
      }
    }
    return (different, unchanged)
  }
}
