/// All problems with the parameters of one stage.
public struct ParameterErrors: Error, Sendable, Hashable {
  /// One problem; `name` is `nil` for a conflict between parameters.
  public struct Item: Sendable, Hashable {
    /// The name of the parameter.
    public let name: String?
    /// The position in its value, as steps of a JSON pointer.
    public let path: [String]
    /// The complete sentence.
    public let sentence: String
    /// The known names, among which a close match is suggested.
    public let known: [String]
    /// What was written, if a close match is to be suggested.
    public let written: String?
    /// Whether the name itself is unknown (the diagnostic points at the name, not at the value).
    public let atName: Bool
  }

  /// The problems, in the order of the parameters.
  public let list: [Item]
}

extension StageParameters {
  /// All parameters and their values, including defaults; `read` accepts this object.
  public var values: JSONObject {
    JSONObject(names: Self.fields.map(\.description.name), Self.fields.map { $0.read(self) })
  }

  /// The same of parameters that were read from `given`; `names` are those of the fields, in a list that
  /// many objects share.
  func values(readFrom given: JSONObject, names: [String]) -> JSONObject {
    JSONObject(
      names: names,
      Self.fields.map { field in
        guard given[field.description.name] == nil, let initial = field.description.initial else {
          return field.read(self)
        }
        return initial
      })
  }
}

extension StageParameters {
  /// Reads parameters from an object, as given by a user or resolved; collects every problem.
  public static func read(_ given: JSONObject) -> Result<Self, ParameterErrors> {
    var parameters = Self()
    var problems: [ParameterErrors.Item] = []
    var known = 0
    for field in fields {
      let name = field.description.name
      guard let json = given[name] else {
        if field.description.initial == nil {
          problems.append(
            .init(
              name: name, path: [],
              sentence: "parameter '\(name)' is missing: \(field.description.help)",
              known: [], written: nil, atName: false))
        }
        continue
      }
      known += 1
      do throws(ParameterError) { try field.write(&parameters, json) } catch {
        let expected =
          error.path.isEmpty && field.description.shape != .any
            && error.known.isEmpty ? field.description.shape.phrase : error.expected
        problems.append(
          .init(
            name: name, path: error.path,
            sentence: "parameter '\(name)': expected \(expected), found \(error.found)",
            known: error.known, written: json.part(error.path)?.text, atName: false))
      }
    }
    // Nearly always all names are known.
    for name in given.names
    where known < given.names.count && !fields.contains(where: { $0.description.name == name }) {
      problems.append(
        .init(
          name: name, path: [], sentence: "unknown parameter '\(name)'",
          known: fields.map { $0.description.name }, written: name, atName: true))
    }
    if problems.isEmpty {
      problems = parameters.conflicts().map {
        .init(name: nil, path: [], sentence: $0, known: [], written: nil, atName: false)
      }
    }
    return problems.isEmpty ? .success(parameters) : .failure(ParameterErrors(list: problems))
  }
}

extension JSONValue {
  /// The part at the given pointer steps, if it exists.
  fileprivate func part(_ path: [String]) -> JSONValue? {
    path.reduce(self) { value, step in
      value?[step]
        ?? Int(step).flatMap { index in
          value?.elements.flatMap { $0.indices.contains(index) ? $0[index] : nil }
        }
    }
  }
}
