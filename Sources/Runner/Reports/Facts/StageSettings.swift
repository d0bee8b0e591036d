internal import PipelineDSL

/// The parameters that the cells of a stage ran with, as their keys contain them.
struct StageSettings {
  /// One parameter.
  struct Setting {
    let name: String
    /// Its values, each once, in the order of the cells.
    var values: [JSONValue]
    /// The default; `nil` if it has none or the kind is unknown.
    let initial: JSONValue?
    /// One line of help; empty if the kind is unknown.
    let help: String

    /// Whether a cell ran with another value than the default.
    var isChanged: Bool { values.contains { $0 != initial ?? .null } }
  }

  /// The parameters in the order of the kind's help.
  let settings: [Setting]
  /// Whether the store has no key of the stage, so that the values are those of the pipeline file.
  let isAsWritten: Bool

  /// The parameters of a stage as its keys contain them or, without keys, as they are written.
  ///
  /// The path of a location is in no key, so that it is always the written one.
  init(_ stage: EffectiveParameters.Stage?, kind: StageDescriptor?, written: JSONObject?) {
    var values: [String: [JSONValue]] = [:]
    var names: [String] = []
    for parameter in stage?.parameters ?? [] {
      names.append(parameter.name)
      values[parameter.name] = parameter.values
    }
    let known = kind?.parameters ?? []
    for member in written?.members ?? [] where values[member.name] == nil {
      guard stage == nil || known.contains(where: { $0.name == member.name && $0.isLocation })
      else { continue }
      names.append(member.name)
      values[member.name] = [member.value]
    }
    isAsWritten = stage == nil
    let order = known.map(\.name).filter { values[$0] != nil }
    settings = (order + names.filter { !order.contains($0) }).map { name in
      let description = known.first { $0.name == name }
      return Setting(
        name: name, values: values[name] ?? [], initial: description?.initial,
        help: description?.help ?? "")
    }
  }

  /// The parameters whose values differ from their defaults, or that have none.
  var changed: [Setting] { settings.filter(\.isChanged) }
  /// The parameters that have their default value.
  var unchanged: [Setting] { settings.filter { !$0.isChanged } }
}
