internal import PipelineDSL
internal import Store

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

  /// The number of keys that are read for one stage.
  static let readLimit = 24

  /// The parameters in the order of the kind's help.
  private(set) var settings: [Setting] = []
  /// The number of cells whose keys were read.
  private(set) var read = 0
  /// Whether the store has no key of these cells, so that the values are those that the pipeline
  /// file gives.
  private(set) var isAsWritten = false

  /// Reads the parameters of some cells of a stage; of many, those of some that are spread evenly.
  init(
    _ cells: [RunFacts.CellFacts], kind: StageDescriptor?, reader: ArtifactReader,
    written: JSONObject?
  ) {
    let keys = cells.filter(\.hasResult).compactMap(\.row.key)
    let step = max(1, (keys.count + Self.readLimit - 1) / Self.readLimit)
    var values: [String: [JSONValue]] = [:]
    var names: [String] = []
    func add(_ name: String, _ value: JSONValue) {
      if values[name] == nil { names.append(name) }
      if values[name]?.contains(value) != true { values[name, default: []].append(value) }
    }
    for index in stride(from: 0, to: keys.count, by: step) {
      guard let preImage = reader.preImage(keys[index]) else { continue }
      read += 1
      for member in preImage["parameters"]?.object?.members ?? [] { add(member.name, member.value) }
      for member in preImage["locations"]?.object?.members ?? [] {
        add(member.name, written?[member.name] ?? member.value)
      }
      if let seed = preImage["seed"] { add("seed", seed) }
    }
    if read == 0 {
      isAsWritten = true
      for member in written?.members ?? [] { add(member.name, member.value) }
    }
    let known = kind?.parameters ?? []
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
