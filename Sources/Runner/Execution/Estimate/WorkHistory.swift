internal import PipelineDSL
internal import Store

/// The recorded executions of stage kinds on this machine, each with the work it did.
struct WorkHistory {
  /// An execution.
  struct Execution: Sendable {
    let run: String
    let stage: String
    /// The declared work; `nil` if the kind declares none.
    let work: StageWork?
    /// The number of samples that reached it, if known.
    let samples: Double?
    /// The samples it handed on, relative to those its kind declares; `nil` if unknown.
    var yield: Double?
    /// Wall-clock and processor time in seconds.
    let seconds: Double
    let processorSeconds: Double
    /// Peak memory, and the total size of the outputs, in bytes.
    let memory: Int
    let bytes: Int
  }

  /// The most executions of a kind, and the most runs, that are read.
  static let (executionLimit, runLimit) = (60, 40)

  /// The executions of each kind, newest first.
  private(set) var executions: [String: [Execution]] = [:]

  /// A history of given executions, newest first.
  init(_ executions: [String: [Execution]]) { self.executions = executions }

  /// Reads the history of some kinds on a host.
  ///
  /// Executions whose results were removed from the store are left out, since their parameters are
  /// unknown.
  init(
    of kinds: Set<String>, host: String, catalogue: Catalogue, cache: ActionCache,
    records: RunRecords, reader: LoadReader, runs limit: Int = Self.runLimit
  ) throws(RunError) {
    do throws(StoreError) {
      var runs: [String: RecordedRun] = [:]
      for kind in kinds.sorted() {
        let rows = try records.executions(kind: kind, host: host, limit: Self.executionLimit)
        for row in rows {
          if runs[row.run] == nil {
            guard runs.count < limit else { continue }
            runs[row.run] = try RecordedRun(
              row.run, catalogue: catalogue, cache: cache, records: records, reader: reader)
          }
          if let execution = runs[row.run]?.execution(row) {
            executions[kind, default: []].append(execution)
          }
        }
      }
    } catch {
      throw .store(error)
    }
  }

  /// The samples that a stage usually hands on, relative to those its kind declares: a scheme of
  /// labels may leave most samples out.
  func yield(of kind: String, stage: String) -> Double {
    let all = executions[kind] ?? []
    let same = all.filter { $0.stage == stage }
    let yields = (same.isEmpty ? all : same).compactMap(\.yield)
    return yields.isEmpty ? 1 : CellEstimate.median(Array(yields.prefix(CellEstimate.neighbours)))
  }
}

/// The graph of a recorded run, along which loads are handed on as in a plan.
private final class RecordedRun {
  private let run: String
  private let catalogue: Catalogue
  private let cache: ActionCache
  private let reader: LoadReader
  private var rows: [String: StageRunRow] = [:]
  private var inputs: [String: [EdgeRow]] = [:]
  private var artifacts: [Int: [ArtifactRow]] = [:]
  private var given: [String: (load: StageLoad, parameters: JSONObject)?] = [:]
  private var handed: [String: StageLoad] = [:]

  init(
    _ run: String, catalogue: Catalogue, cache: ActionCache, records: RunRecords,
    reader: LoadReader
  ) throws(StoreError) {
    (self.run, self.catalogue, self.cache, self.reader) = (run, catalogue, cache, reader)
    for row in try records.stageRuns(run: run) { rows[row.cell] = row }
    inputs = Dictionary(grouping: try records.edges(run: run)) { $0.to }
    artifacts = Dictionary(grouping: try records.artifacts(run: run)) { $0.stageRun }
  }

  /// The execution in a row of the run; `nil` if its result is no longer stored.
  func execution(_ row: StageRunRow) -> WorkHistory.Execution? {
    guard let (load, parameters) = given(row.cell) else { return nil }
    let declared = catalogue[row.kind]?.handsOn(for: parameters, load).samples
    var yield: Double?
    if let declared, declared > 0, let measured = handed(row.cell).samples {
      yield = measured / declared
    }
    return WorkHistory.Execution(
      run: run, stage: row.stage, work: catalogue[row.kind]?.work(for: parameters, load),
      samples: load.samples, yield: yield, seconds: row.seconds, processorSeconds: row.cpuSeconds,
      memory: row.peakMemory, bytes: (artifacts[row.id] ?? []).reduce(0) { $0 + $1.bytes })
  }

  /// The load and the parameters of a cell; `nil` if its result is no longer stored.
  private func given(_ cell: String) -> (load: StageLoad, parameters: JSONObject)? {
    if let known = given[cell] { return known }
    // Marked as unknown meanwhile, so that a damaged record cannot lead in circles.
    given[cell] = .some(nil)
    guard let key = rows[cell]?.key, let record = try? cache.record(key),
      let preImage = try? record.preImage, var parameters = preImage["parameters"]?.object
    else { return nil }
    var ports: [(name: String, loads: [StageLoad])] = []
    for edge in inputs[cell] ?? [] {
      let load = handed(edge.from)
      if let place = ports.firstIndex(where: { $0.name == edge.input }) {
        ports[place].loads.append(load)
      } else {
        ports.append((edge.input, [load]))
      }
    }
    var load = StageLoad(joining: ports.map(\.loads))
    for member in preImage["locations"]?.object?.members ?? [] {
      // The path is not part of the key; any will do to read the parameters.
      parameters[member.name] = .string(".")
      guard let content = member.value.text.flatMap({ Digest(hex: $0) }) else { continue }
      let (files, bytes) = reader.listing(content)
      load.files += files
      load.bytes += bytes
    }
    given[cell] = .some((load, parameters))
    return (load, parameters)
  }

  private func handed(_ cell: String) -> StageLoad {
    if let known = handed[cell] { return known }
    guard let (load, parameters) = given(cell), let row = rows[cell],
      let kind = catalogue[row.kind]
    else { return StageLoad() }
    var next = kind.handsOn(for: parameters, load)
    let counts = (artifacts[row.id] ?? []).compactMap { reader.samples(in: $0.digest, $0.type) }
    next.samples = counts.max() ?? next.samples
    handed[cell] = next
    return next
  }
}
