/// Resolves the settings of the cells of a stage; holds what these cells have in common.
struct SettingsResolver: Sendable {
  /// The settings of a cell, and what is wrong with them.
  struct Outcome: Sendable {
    var settings = PipelineResolver.CellSettings()
    var problems: ParameterErrors?
    /// Parameters with unresolvable references, which have already been reported.
    var broken: Set<String> = []
    /// The value of a seed that cannot be one.
    var badSeed: JSONValue?
  }

  let stage: StageDeclaration
  private let kind: StageDescriptor
  private let document: PipelineDocument
  /// The members of `with`, as written.
  private let with: [(name: String, written: JSONValue)]
  /// The names of the parameters that are locations, and of those that are not part of the key.
  private let locations: Set<String>
  private let unkeyed: Set<String>
  /// The seed of a stage that declares none.
  private let defaultSeed: JSONValue

  /// `nil` if the kind is unknown, which was reported where names are checked.
  init?(_ stage: StageDeclaration, _ document: PipelineDocument, _ catalogue: Catalogue) {
    guard let kind = catalogue[stage.uses] else { return nil }
    (self.stage, self.kind, self.document) = (stage, kind, document)
    with = stage.with?.members?.map { ($0.name, $0.value.value) } ?? []
    locations = Set(kind.parameters.filter(\.isLocation).map(\.name))
    unkeyed = Set(kind.parameters.filter { !$0.isKeyed }.map(\.name))
    defaultSeed = document.seedParameter(of: stage)?.json ?? .integer(0)
  }

  /// The settings at some values of the given axes.
  func outcome(at values: [Int], along axes: [Int]) -> Outcome {
    var scope = Interpolation.Scope(parameters: document.scopes[stage.scope].values)
    for (axis, value) in zip(axes, values) {
      scope.coordinates[document.axes[axis].name] = document.axes[axis].values[value]
    }
    var outcome = Outcome()
    var given = JSONObject()
    for (name, written) in with where given[name] == nil {
      given[name] = Interpolation.resolve(written, in: scope)
      if given[name] == nil { outcome.broken.insert(name) }
    }
    do throws(ParameterErrors) {
      let resolved = try kind.resolve(given)
      outcome.settings.ports = resolved.ports
      // Unkeyed parameters have affected the ports by now and are not passed to a worker.
      for (name, value) in resolved.values.members where !unkeyed.contains(name) {
        if !locations.contains(name) {
          outcome.settings.parameters[name] = value
        } else if let path = value.text {
          outcome.settings.locations[name] = path
        }
      }
    } catch {
      outcome.problems = error
    }
    if kind.draws { resolveSeed(in: scope, &outcome) }
    return outcome
  }

  private func resolveSeed(in scope: Interpolation.Scope, _ outcome: inout Outcome) {
    let value: JSONValue
    if let seed = stage.seed {
      guard let resolved = Interpolation.resolve(seed.value, in: scope) else { return }
      value = resolved
    } else {
      value = scope.coordinates["seed"]?.label ?? defaultSeed
    }
    if SeedRule.allows(value) {
      outcome.settings.seed = value.whole
    } else {
      outcome.badSeed = value
    }
  }
}

extension PipelineDocument {
  /// The parameter `seed` of a stage's file, or of the nearest one that includes it.
  func seedParameter(of stage: StageDeclaration) -> PipelineParameter? {
    scope(with: "seed", from: stage.scope).flatMap { scopes[$0]["seed"] }
  }
}

extension PipelineResolver.CellSettings {
  /// The same settings, stored together with those of another cell where both agree.
  func sharing(_ other: Self) -> Self {
    var shared = self
    shared.parameters = parameters.sharing(other.parameters)
    if locations == other.locations { shared.locations = other.locations }
    if ports == other.ports { shared.ports = other.ports }
    return shared
  }
}
