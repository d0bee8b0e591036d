/// What the cells of a stage have in common while their settings are resolved.
struct SettingsResolver {
  let stage: StageDeclaration
  let kind: StageDescriptor
  /// The members of `with`, as written.
  let with: [(name: String, JSONValue)]
  /// The names of the parameters that are locations, and of those that are not part of the key.
  let locations: Set<String>
  let unkeyed: Set<String>

  /// `nil` if the kind is unknown, which was reported where names are checked.
  init?(_ stage: StageDeclaration, _ catalogue: Catalogue) {
    guard let kind = catalogue[stage.uses] else { return nil }
    (self.stage, self.kind) = (stage, kind)
    with = stage.with?.members?.map { ($0.name, $0.value.value) } ?? []
    locations = Set(kind.parameters.filter(\.isLocation).map(\.name))
    unkeyed = Set(kind.parameters.filter { !$0.isKeyed }.map(\.name))
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
