/// Every stage kind the program knows, as values.
///
/// It is what the language checks against and what workers run. The runner is handed one and
/// imports no stage.
public struct Catalogue: Sendable {
  /// The kinds, sorted by name.
  public let kinds: [StageDescriptor]
  private let byName: [String: StageDescriptor]

  /// A catalogue of some kinds.
  ///
  /// - Precondition: no two have the same name.
  public init(_ kinds: [StageDescriptor]) {
    self.kinds = kinds.sorted { $0.name < $1.name }
    byName = Dictionary(uniqueKeysWithValues: kinds.map { ($0.name, $0) })
  }

  /// The kind with a name.
  public subscript(name: String) -> StageDescriptor? { byName[name] }

  /// All names, sorted.
  public var names: [String] { kinds.map(\.name) }
}

/// A stage kind with its types erased.
public struct StageDescriptor: Sendable {
  /// `StageKind.name`.
  public let name: String
  /// `StageKind.revision`.
  public let revision: Int
  /// `StageKind.summary`.
  public let summary: String
  /// `StageKind.source`.
  public let source: String
  /// `StageKind.ports`: what help shows.
  public let ports: Ports
  /// `StageKind.draws`.
  public let draws: Bool
  /// `StageKind.opensOriginals`.
  public let opensOriginals: Bool
  /// `StageKind.libraries`.
  public let libraries: @Sendable () -> [String: String]
  /// The parameters, in the order of help.
  public let parameters: [ParameterDescription]
  /// Fills in defaults and checks; see `ResolvedParameters`.
  let resolveParameters: @Sendable (JSONObject) -> Result<ResolvedParameters, ParameterErrors>
  let listCodeFiles: @Sendable (JSONObject) -> [String]
  let runStage: @Sendable (JSONObject, StageContext) throws -> Void

  /// The description of a kind.
  public init<Kind: StageKind>(_ kind: Kind.Type) {
    (name, revision, summary, source) = (Kind.name, Kind.revision, Kind.summary, Kind.source)
    (ports, draws, opensOriginals) = (Kind.ports, Kind.draws, Kind.opensOriginals)
    libraries = { Kind.libraries }
    parameters = Kind.Parameters.fields.map(\.description)
    resolveParameters = { given in
      Kind.Parameters.read(given).map { parameters in
        ResolvedParameters(
          values: parameters.values,
          ports: Kind(parameters).resolvedPorts())
      }
    }
    listCodeFiles = { given in
      guard case .success(let parameters) = Kind.Parameters.read(given) else { return [] }
      return Kind(parameters).codeFiles()
    }
    runStage = { given, context in
      switch Kind.Parameters.read(given) {
      case .success(let parameters): try Kind(parameters).run(context)
      case .failure(let problems):
        throw StageError(problems.list.map(\.sentence).joined(separator: "; "))
      }
    }
  }

  /// Checks what a user wrote under `with` and fills in the defaults.
  ///
  /// - Throws: every problem, not only the first.
  public func resolve(_ given: JSONObject) throws(ParameterErrors) -> ResolvedParameters {
    try resolveParameters(given).get()
  }

  /// `StageKind.codeFiles` of a stage with resolved parameters; empty if they do not fit.
  public func codeFiles(for parameters: JSONObject) -> [String] { listCodeFiles(parameters) }

  /// Runs the stage with resolved parameters.
  public func run(_ parameters: JSONObject, _ context: StageContext) throws {
    try runStage(parameters, context)
  }
}

/// Parameters with all defaults filled in, and the ports that follow from them.
public struct ResolvedParameters: Sendable, Hashable {
  /// Every parameter's value, locations included.
  public let values: JSONObject
  /// The ports of this stage.
  public let ports: Ports
}
