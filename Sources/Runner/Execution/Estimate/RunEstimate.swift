internal import Foundation
internal import PipelineDSL
public import Store

/// How long a run would take, and how much memory and space it would need, from the recorded
/// executions on this machine.
public struct RunEstimate: Sendable {
  /// The cells of one stage kind and variant.
  public struct Group: Sendable {
    /// The stage kind.
    public let kind: String
    /// What the time per unit of work depends on, such as the network; empty if nothing.
    public let variant: String
    /// The number of cells that would run.
    public let cells: Int
    /// The sum of their wall-clock times in seconds; `nil` if the kind was never executed here.
    public let seconds: Double?
    /// The sum of their processor times in seconds.
    public let processorSeconds: Double
    /// The largest memory of one cell, in bytes.
    public let memory: Int
    /// The total size of their outputs, in bytes.
    public let bytes: Int
    /// The number of executions that the estimate stands on.
    public let executions: Int
    /// The runs in which they were, newest first.
    public let runs: [String]
    /// Whether there were none of this variant, so that those of others were scaled.
    public let isOtherVariant: Bool
  }

  /// The cells that would run, by kind and variant, in the order of the pipeline.
  public private(set) var groups: [Group] = []
  /// How many cells would run.
  public let cells: Int
  /// How many of them may turn out to be cached once others have run.
  public let undecided: Int
  /// How many of them are of a kind that was never executed here, which the totals leave out.
  public private(set) var unknown = 0
  /// The wall-clock time in seconds.
  public let seconds: Double
  /// The processor time in seconds.
  public private(set) var processorSeconds = 0.0
  /// The largest memory of cells that run at the same time, in bytes.
  public let memory: Int
  /// The total size of the outputs, in bytes.
  public private(set) var bytes = 0
  /// The number of processors, and the maximum number of cells at once, that it assumes.
  public let processors: Int
  /// The maximum number of cells at once.
  public let jobs: Int

  /// Estimates a run of a decided board.
  ///
  /// - Throws: An error if the record cannot be read.
  public init(
    _ board: PlanBoard, cache: ActionCache, records: RunRecords?, machine: Machine, jobs: Int
  ) throws(RunError) {
    let reader = LoadReader(cache.objects)
    var history = WorkHistory([:])
    let open = board.wanted.filter { board.isUndone($0) }
    if let records, !open.isEmpty {
      history = try WorkHistory(
        of: Set(open.map { board.pipeline.cells[$0].kind }),
        host: Machine.description["host"] ?? "", catalogue: board.catalogue, cache: cache,
        records: records, reader: reader)
    }
    let planned = PlannedWork(board, history: history, reader: reader)
    self.init(
      planned.items, undecided: planned.undecided, history: history, machine: machine, jobs: jobs)
  }

  /// Estimates given cells from a given history.
  init(
    _ items: [PlannedWork.Item], undecided: Int, history: WorkHistory, machine: Machine, jobs: Int
  ) {
    let estimates = items.map { CellEstimate($0, from: history.executions[$0.cell.kind] ?? []) }
    let present = Set(items.map(\.cell.index))
    let played = zip(items, estimates).map { item, estimate in
      ScheduleSimulation.Item(
        cell: item.cell.index, needs: Set(item.cell.inputs.map(\.cell)).intersection(present),
        resources: item.cell.resources, memory: estimate?.memory ?? 0,
        seconds: { estimate?.seconds(on: $0) ?? 0 })
    }
    let simulation = ScheduleSimulation(played, machine: machine, jobs: jobs)
    (seconds, memory) = (simulation.seconds, Self.whole(simulation.memory))
    (cells, self.undecided) = (items.count, undecided)
    (processors, self.jobs) = (machine.processors, jobs)
    for estimate in estimates {
      processorSeconds += estimate?.processorSeconds ?? 0
      bytes += Self.whole(estimate?.bytes ?? 0)
      if estimate == nil { unknown += 1 }
    }
    var order: [[String]] = []
    var members: [[String]: [Int]] = [:]
    for (place, item) in items.enumerated() {
      let name = [item.cell.kind, item.work?.variant ?? ""]
      if members[name] == nil { order.append(name) }
      members[name, default: []].append(place)
    }
    groups = order.map { name in Self.group(name, (members[name] ?? []).map { estimates[$0] }) }
  }

  private static func group(_ name: [String], _ estimates: [CellEstimate?]) -> Group {
    let known = estimates.compactMap(\.self)
    var runs: Set<String> = []
    for estimate in known { runs.formUnion(estimate.executions.map(\.run)) }
    return Group(
      kind: name[0], variant: name[1], cells: estimates.count,
      seconds: known.isEmpty ? nil : known.reduce(0) { $0 + $1.seconds },
      processorSeconds: known.reduce(0) { $0 + $1.processorSeconds },
      memory: whole(known.map(\.memory).max() ?? 0),
      bytes: known.reduce(0) { $0 + whole($1.bytes) },
      executions: known.map(\.executions.count).max() ?? 0, runs: runs.sorted(by: >),
      isOtherVariant: known.contains(where: \.isOtherVariant))
  }

  /// A number of bytes, limited to what an integer holds.
  private static func whole(_ value: Double) -> Int {
    value.isFinite ? Int(min(max(0, value), 9e18)) : 0
  }
}
