internal import PipelineDSL
internal import Store

/// The parameters of each stage with defaults filled in, as the keys of its cells contain them.
struct EffectiveParameters {
  /// A parameter of a stage.
  struct Parameter {
    let name: String
    /// The values of the cells that were read, each once; several along an axis.
    let values: [JSONValue]
  }

  /// A stage whose keys could be read.
  struct Stage {
    let name: String
    let kind: String
    let revision: Int?
    let parameters: [Parameter]
    /// Whether some of its cells were not read.
    let isPartial: Bool
  }

  /// The number of keys that are read, of a stage and of all; of every stage at least one.
  private static let (reach, total) = (40, 200)

  /// The stages, in the order of the graph.
  private(set) var stages: [Stage] = []

  /// No parameters.
  init() {}

  /// Reads the pre-images of a run's keys; what the store lacks is left out.
  init(_ facts: RunFacts, _ cache: ActionCache) {
    let byStage = Dictionary(grouping: facts.cells, by: \.row.stage)
    let reach = max(1, min(Self.reach, Self.total / max(1, byStage.count)))
    for stage in facts.graph.stages {
      let cells = byStage[stage.name] ?? []
      // Spread over the stage, so that most values of an axis are seen.
      let step = max(1, (cells.count + reach - 1) / reach)
      let images = stride(from: 0, to: cells.count, by: step).compactMap { index -> JSONValue? in
        cells[index].row.key.flatMap { try? cache.record($0)?.preImage }
      }
      guard let first = images.first else { continue }
      var (names, values): ([String], [String: [JSONValue]]) = ([], [:])
      for image in images {
        var members = image["parameters"]?.object?.members ?? []
        if let seed = image["seed"] { members.append(("seed", seed)) }
        for (name, value) in members {
          if values[name] == nil { names.append(name) }
          if values[name]?.contains(value) != true { values[name, default: []].append(value) }
        }
      }
      stages.append(
        Stage(
          name: stage.name, kind: first["kind"]?.text ?? "", revision: first["revision"]?.whole,
          parameters: names.map { Parameter(name: $0, values: values[$0] ?? []) },
          isPartial: cells.count > images.count))
    }
  }

  /// The text of a pipeline with the resolved parameters of each stage; `nil` if it cannot be read.
  ///
  /// A parameter that varies along an axis stays as written.
  func text(of pipeline: String?) -> String? {
    guard !stages.isEmpty, let root = pipeline.flatMap({ try? JSONParser.parse($0) }) else {
      return nil
    }
    return JSONPrettyForm.text(of: resolve(root))
  }

  private func resolve(_ file: JSONValue) -> JSONValue {
    guard var object = file.object else { return file }
    if let parts = object["include"]?.elements {
      object["include"] = .array(
        parts.map { entry in
          guard var part = entry.object, let inner = part["part"] else { return entry }
          part["part"] = resolve(inner)
          return .object(part)
        })
    }
    if var written = object["stages"]?.object {
      for stage in stages {
        guard var own = written[stage.name]?.object else { continue }
        own["with"] = .object(with(stage, written: own["with"]?.object ?? [:]))
        written[stage.name] = .object(own)
      }
      object["stages"] = .object(written)
    }
    return .object(object)
  }

  private func with(_ stage: Stage, written: JSONObject) -> JSONObject {
    var with = written
    for parameter in stage.parameters where parameter.name != "seed" && parameter.values.count == 1
    {
      // A reference may have other values in the cells that were not read.
      let isOpen =
        stage.isPartial
        && written[parameter.name].map(JSONCanonicalForm.text)?.contains("${") == true
      if !isOpen { with[parameter.name] = parameter.values[0] }
    }
    return with
  }
}
