/// All stage kinds of the program, as values.
///
/// Pipelines are checked against it and workers run stages from it. It is passed to the runner,
/// which imports no stage.
public struct Catalogue: Sendable {
  /// The kinds, sorted by name.
  public let kinds: [StageDescriptor]
  private let byName: [String: StageDescriptor]

  /// Creates a catalogue of the given kinds.
  ///
  /// - Precondition: The names are unique.
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
  /// `StageKind.ports`, as shown in help.
  public let ports: Ports
  /// `StageKind.draws`.
  public let draws: Bool
  /// `StageKind.opensOriginals`.
  public let opensOriginals: Bool
  /// `StageKind.libraries`.
  public let libraries: @Sendable () -> [String: String]
  /// The parameters, in the order of help.
  public let parameters: [ParameterDescription]
  /// Checks parameters and fills in defaults; see `ResolvedParameters`.
  let resolveParameters: @Sendable (JSONObject) -> Result<ResolvedParameters, ParameterErrors>
  let listCodeFiles: @Sendable (JSONObject, ProgramFiles) -> [String]
  let findSource: @Sendable (JSONObject, String) -> String?
  let declareWork: @Sendable (JSONObject, StageLoad) -> StageWork?
  let declareOutput: @Sendable (JSONObject, StageLoad) -> StageLoad
  let runStage: @Sendable (JSONObject, StageContext) throws -> Void

  /// Creates the descriptor of a kind.
  public init<Kind: StageKind>(_ kind: Kind.Type) {
    (name, revision, summary, source) = (Kind.name, Kind.revision, Kind.summary, Kind.source)
    (ports, draws, opensOriginals) = (Kind.ports, Kind.draws, Kind.opensOriginals)
    libraries = { Kind.libraries }
    parameters = Kind.Parameters.fields.map(\.description)
    let names = parameters.map(\.name)
    resolveParameters = { given in
      Kind.Parameters.read(given).map { parameters in
        ResolvedParameters(
          values: parameters.values(readFrom: given, names: names),
          ports: Kind(parameters).resolvedPorts())
      }
    }
    let kind: @Sendable (JSONObject) -> Kind? = { given in
      guard case .success(let parameters) = Kind.Parameters.read(given) else { return nil }
      return Kind(parameters)
    }
    listCodeFiles = { kind($0)?.codeFiles($1) ?? [] }
    findSource = { kind($0)?.whereToGet($1) }
    declareWork = { kind($0)?.work($1) }
    declareOutput = { kind($0)?.handsOn($1) ?? $1 }
    runStage = { given, context in
      switch Kind.Parameters.read(given) {
      case .success(let parameters): try Kind(parameters).run(context)
      case .failure(let problems):
        throw StageError(problems.list.map(\.sentence).joined(separator: "; "))
      }
    }
  }

  /// Checks the parameters given under `with` and fills in the defaults.
  ///
  /// - Throws: `ParameterErrors` with every problem, not only the first.
  public func resolve(_ given: JSONObject) throws(ParameterErrors) -> ResolvedParameters {
    try resolveParameters(given).get()
  }

  /// `StageKind.codeFiles` for resolved parameters; empty if they are invalid.
  public func codeFiles(
    for parameters: JSONObject, _ known: ProgramFiles = ProgramFiles()
  ) -> [String] {
    listCodeFiles(parameters, known)
  }

  /// `StageKind.whereToGet` for resolved parameters.
  public func whereToGet(_ parameter: String, for parameters: JSONObject) -> String? {
    findSource(parameters, parameter)
  }

  /// `StageKind.work` for resolved parameters; `nil` if they are invalid.
  public func work(for parameters: JSONObject, _ load: StageLoad) -> StageWork? {
    declareWork(parameters, load)
  }

  /// `StageKind.handsOn` for resolved parameters; the load itself if they are invalid.
  public func handsOn(for parameters: JSONObject, _ load: StageLoad) -> StageLoad {
    declareOutput(parameters, load)
  }

  /// Runs the stage with resolved parameters.
  public func run(_ parameters: JSONObject, _ context: StageContext) throws {
    try runStage(parameters, context)
  }
}

/// Parameters with all defaults filled in, and the ports that follow from them.
public struct ResolvedParameters: Sendable, Hashable {
  /// The value of every parameter, including locations.
  public let values: JSONObject
  /// The ports of this stage.
  public let ports: Ports
}
