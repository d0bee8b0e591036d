package import PipelineDSL

/// The job of a worker: one cell, with everything it needs by path or digest.
package struct WorkerJob: Sendable {
  /// An artifact connected to a port.
  struct Input: Sendable, Hashable {
    let port: String
    let digest: Digest
    let stage: String
    let coordinates: JSONObject
  }

  /// A location's snapshot, kept in the store by its digest.
  struct Snapshot: Sendable, Hashable {
    let digest: Digest
    let root: String
    let isFile: Bool
  }

  let cell: String
  let kind: String
  let parameters: JSONObject
  let seed: Int
  let threads: Int
  let inputs: [Input]
  let locations: [String: Snapshot]
  let originals: [Snapshot]
  let outputs: [String]
  /// The store's root.
  let store: String
  /// The scratch folder of this attempt: `outputs/`, `log`.
  let attempt: String
  /// The folder of the key's state.
  let state: String
  /// The maximum size of the store's memo, in bytes.
  let memo: Int
  /// The root of another store for the outputs; `nil` for the store itself.
  let outputStore: String?
  /// The key that it computes; `nil` for a job that publishes none.
  let key: Digest?

  package var json: JSONValue {
    func snapshot(_ value: Snapshot) -> JSONValue {
      [
        "digest": .string(value.digest.hex), "root": .string(value.root),
        "is-file": .bool(value.isFile),
      ]
    }
    return [
      "cell": .string(cell), "kind": .string(kind), "parameters": .object(parameters),
      "seed": .integer(seed), "threads": .integer(threads),
      "inputs": .array(
        inputs.map {
          [
            "port": .string($0.port), "digest": .string($0.digest.hex),
            "stage": .string($0.stage), "at": .object($0.coordinates),
          ]
        }),
      "locations": .object(
        JSONObject(locations.sorted { $0.key < $1.key }.map { ($0.key, snapshot($0.value)) })),
      "originals": .array(originals.map(snapshot)),
      "outputs": outputs.json, "store": .string(store), "attempt": .string(attempt),
      "state": .string(state), "memo": .integer(memo), "output-store": outputStore.json,
      "key": (key?.hex).json,
    ]
  }

  /// Decodes what `json` encodes; `nil` for anything else.
  package init?(json: JSONValue) {
    func snapshot(_ value: JSONValue?) -> Snapshot? {
      guard let digest = value?["digest"]?.text.flatMap({ Digest(hex: $0) }),
        let root = value?["root"]?.text, let isFile = value?["is-file"]?.truth
      else { return nil }
      return Snapshot(digest: digest, root: root, isFile: isFile)
    }
    guard let cell = json["cell"]?.text, let kind = json["kind"]?.text,
      let parameters = json["parameters"]?.object, let seed = json["seed"]?.whole,
      let threads = json["threads"]?.whole, let inputs = json["inputs"]?.elements,
      let locations = json["locations"]?.object, let originals = json["originals"]?.elements,
      let outputs = json["outputs"]?.elements, let store = json["store"]?.text,
      let attempt = json["attempt"]?.text, let state = json["state"]?.text,
      let memo = json["memo"]?.whole
    else { return nil }
    (self.cell, self.kind, self.parameters) = (cell, kind, parameters)
    (self.seed, self.threads, self.store) = (seed, threads, store)
    (self.attempt, self.state, self.memo) = (attempt, state, memo)
    outputStore = json["output-store"]?.text
    key = json["key"]?.text.flatMap { Digest(hex: $0) }
    self.outputs = outputs.compactMap(\.text)
    self.originals = originals.compactMap { snapshot($0) }
    self.locations = Dictionary(
      uniqueKeysWithValues: locations.members.compactMap { member in
        snapshot(member.value).map { (member.name, $0) }
      })
    self.inputs = inputs.compactMap { input in
      guard let port = input["port"]?.text, let stage = input["stage"]?.text,
        let digest = input["digest"]?.text.flatMap({ Digest(hex: $0) })
      else { return nil }
      return Input(
        port: port, digest: digest, stage: stage, coordinates: input["at"]?.object ?? [:])
    }
  }

  init(
    cell: String, kind: String, parameters: JSONObject, seed: Int, threads: Int, inputs: [Input],
    locations: [String: Snapshot], originals: [Snapshot], outputs: [String], store: String,
    attempt: String, state: String, memo: Int, outputStore: String? = nil,
    key: Digest? = nil
  ) {
    (self.cell, self.kind, self.parameters) = (cell, kind, parameters)
    (self.seed, self.threads, self.inputs) = (seed, threads, inputs)
    (self.locations, self.originals, self.outputs) = (locations, originals, outputs)
    (self.store, self.attempt, self.state, self.memo) = (store, attempt, state, memo)
    (self.outputStore, self.key) = (outputStore, key)
  }

  /// The job with a different number of threads, or in a different scratch folder.
  func with(threads: Int? = nil, attempt: String? = nil) -> WorkerJob {
    WorkerJob(
      cell: cell, kind: kind, parameters: parameters, seed: seed, threads: threads ?? self.threads,
      inputs: inputs, locations: locations, originals: originals, outputs: outputs, store: store,
      attempt: attempt ?? self.attempt, state: state, memo: memo, outputStore: outputStore,
      key: key)
  }
}

/// What a worker reports to the coordinator: one JSON object per line.
package enum WorkerReply: Sendable {
  /// The progress of the stage.
  case progress(StageProgress)
  /// Metrics with steps, reported early for display; the result has them all again.
  case metrics([StageMetric])
  /// The stage is done and its artifacts are in the store.
  case done(WorkerResult)
  /// The stage failed.
  case failed(reason: String, hint: String?, usage: WorkerUsage)

  package var json: JSONValue {
    switch self {
    case .progress(let progress):
      [
        "progress": [.integer(progress.done), .integer(progress.total)],
        "share": .number(progress.share), "unit": .string(progress.unit),
        "remark": .string(progress.remark),
      ]
    case .metrics(let metrics): ["metrics": .array(metrics.map(\.json))]
    case .done(let result): ["done": result.json]
    case .failed(let reason, let hint, let usage):
      ["failed": .string(reason), "hint": hint.json, "usage": usage.json]
    }
  }

  package init?(json: JSONValue) {
    if let counts = json["progress"]?.elements, counts.count == 2, let done = counts[0].whole,
      let total = counts[1].whole, done >= 0, total >= 0
    {
      self = .progress(
        StageProgress(
          done, of: total, json["unit"]?.text ?? "",
          share: min(max(json["share"]?.real ?? 0, 0), 1), remark: json["remark"]?.text ?? ""))
    } else if let metrics = json["metrics"]?.elements {
      self = .metrics(metrics.compactMap { StageMetric(json: $0) })
    } else if let result = json["done"].flatMap({ WorkerResult(json: $0) }) {
      self = .done(result)
    } else if let reason = json["failed"]?.text {
      self = .failed(
        reason: reason, hint: json["hint"]?.text,
        usage: json["usage"].flatMap { WorkerUsage(json: $0) } ?? WorkerUsage())
    } else {
      return nil
    }
  }
}

/// The result of a finished stage.
package struct WorkerResult: Sendable {
  /// An artifact in the store.
  struct Artifact: Sendable {
    let digest: Digest
    let bytes: Int
  }

  var artifacts: [String: Artifact] = [:]
  var metrics: [StageMetric] = []
  var warnings: [String] = []
  var log: Digest?
  var usage = WorkerUsage()

  var json: JSONValue {
    [
      "artifacts": .object(
        JSONObject(
          artifacts.sorted { $0.key < $1.key }.map {
            ($0.key, [.string($0.value.digest.hex), .integer($0.value.bytes)])
          })),
      "metrics": .array(metrics.map(\.json)),
      "warnings": warnings.json, "log": (log?.hex).json, "usage": usage.json,
    ]
  }

  init() {}

  init?(json: JSONValue) {
    guard let artifacts = json["artifacts"]?.object, let metrics = json["metrics"]?.elements,
      let usage = json["usage"].flatMap({ WorkerUsage(json: $0) })
    else { return nil }
    for member in artifacts.members {
      guard let pair = member.value.elements, pair.count == 2, let hex = pair[0].text,
        let digest = Digest(hex: hex), let bytes = pair[1].whole, bytes >= 0
      else { return nil }
      self.artifacts[member.name] = Artifact(digest: digest, bytes: bytes)
    }
    self.metrics = metrics.compactMap { StageMetric(json: $0) }
    warnings = json["warnings"]?.elements?.compactMap(\.text) ?? []
    log = json["log"]?.text.flatMap { Digest(hex: $0) }
    self.usage = usage
  }
}

extension StageMetric {
  /// The name, the step and the value; JSON has no NaN and no infinities, which are sent as text.
  fileprivate var json: JSONValue {
    [.string(name), step.json, value.isFinite ? .number(value) : .string("\(value)")]
  }

  fileprivate init?(json: JSONValue) {
    guard let parts = json.elements, parts.count == 3, let name = parts[0].text,
      let value = parts[2].real ?? parts[2].text.flatMap(Double.init)
    else { return nil }
    self.init(name, step: parts[1].whole, value)
  }
}

/// The measured cost of a stage, which belongs in the record and never in an artifact.
package struct WorkerUsage: Sendable, Hashable {
  var processorSeconds = 0.0
  var peakMemory = 0

  var json: JSONValue { [.number(processorSeconds), .integer(peakMemory)] }

  init() {}

  init?(json: JSONValue) {
    guard let parts = json.elements, parts.count == 2, let seconds = parts[0].real,
      let memory = parts[1].whole, seconds >= 0, memory >= 0
    else { return nil }
    (processorSeconds, peakMemory) = (seconds, memory)
  }
}
