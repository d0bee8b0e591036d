extension DocumentReader {
  /// What an entry of `include` gives to the parameters of a part; `nil` for a value that could not
  /// be resolved, which has been reported.
  typealias Given = [String: Resolved?]

  // MARK: Declarations

  /// Reads the parameters of the pipeline itself; of overrides with equal names, the last one wins.
  mutating func readParameters(
    _ node: LocatedJSON?, _ overrides: [(name: String, value: JSONValue)]
  ) {
    let values = Dictionary(overrides.map { ($0.name, $0.value) }) { _, last in last }
    for member in declarations(node) {
      let place = member.value
      document.scopes[0].add(
        values[member.name].map {
          PipelineParameter(
            member, value: LocatedJSON($0, at: place.position, path: place.path),
            overridden: [member.name])
        } ?? PipelineParameter(member, value: place))
    }
  }

  /// Reads the parameters of a part: the value is the given one, or else that of the parameter of
  /// the same name in the file that includes it, or else the one written in the part.
  mutating func readParameters(_ node: LocatedJSON?, of scope: Int, given: Given, from parent: Int)
  {
    for member in declarations(node) {
      var parameter = PipelineParameter(member, value: member.value)
      if let value = given[member.name] {
        if let value {
          parameter = PipelineParameter(member, value: value.value, overridden: value.overridden)
        }
      } else if let outer = document.scopes[parent][member.name] {
        document.scopes[parent].used.insert(member.name)
        parameter = PipelineParameter(member, value: outer.value, overridden: outer.overridden)
      }
      document.scopes[scope].add(parameter)
    }
  }

  /// The parameters that a file declares, without repetitions.
  private mutating func declarations(_ node: LocatedJSON?) -> [LocatedJSON.Member] {
    guard let node, let members = object(node, "values by name") else { return [] }
    var known: Set<String> = []
    return members.filter { member in
      guard known.insert(member.name).inserted else { return false }
      checkName(of: member)
      checkPlain(member.value, "a parameter")
      return true
    }
  }

  /// Reports overrides of anything but parameters of the pipeline itself.
  mutating func check(_ overrides: [(name: String, value: JSONValue)]) {
    for (name, _) in overrides where document.scopes[0][name] == nil {
      if document.axes.contains(where: { $0.name == name }) {
        diagnostics.report(
          .badOverride, "'\(name)' is an axis, which '--axis' overrides", at: nil,
          pointer: "/axes/\(JSONPath.escape(name))")
      } else if document.scopes.contains(where: { $0[name] != nil }) {
        diagnostics.report(
          .badOverride,
          "'\(name)' is a parameter of a part only; declare it in the pipeline, from which the part "
            + "takes its value", at: nil, pointer: "/parameters")
      } else {
        diagnostics.report(
          .badOverride, "no parameter '\(name)' to override", at: nil, pointer: "/parameters",
          written: name, known: document.scopes[0].values.names)
      }
    }
  }
}
