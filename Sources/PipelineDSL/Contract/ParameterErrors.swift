/// All that is wrong with the parameters of one stage.
public struct ParameterErrors: Error, Sendable, Hashable {
  /// One problem; `name` is `nil` for a conflict between parameters.
  public struct Item: Sendable, Hashable {
    /// The parameter.
    public let name: String?
    /// Where in its value, as JSON pointer steps.
    public let path: [String]
    /// The whole sentence.
    public let sentence: String
    /// Known names among which a close one may be meant, and the one that was written.
    public let known: [String]
    /// What was written, when `known` is to be searched.
    public let written: String?
    /// Whether the name itself is unknown (the diagnostic points at the name, not at the value).
    public let atName: Bool
  }

  /// The problems, in the order of the parameters.
  public let list: [Item]
}

extension StageParameters {
  /// Every parameter and its value, defaults included: what `read` takes.
  public var values: JSONObject {
    JSONObject(Self.fields.map { ($0.description.name, $0.read(self)) })
  }
}

extension StageParameters {
  /// Reads what a user wrote, or a stage; collects every problem.
  public static func read(_ given: JSONObject) -> Result<Self, ParameterErrors> {
    var parameters = Self()
    var problems: [ParameterErrors.Item] = []
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
    for name in given.names where !fields.contains(where: { $0.description.name == name }) {
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
  /// The part that pointer steps lead to, if it exists.
  fileprivate func part(_ path: [String]) -> JSONValue? {
    path.reduce(self) { value, step in
      value?[step]
        ?? Int(step).flatMap { index in
          value?.elements.flatMap { $0.indices.contains(index) ? $0[index] : nil }
        }
    }
  }
}
