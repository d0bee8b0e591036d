/// Axes given from outside a pipeline, such as by `--axis seed=1..5`.
///
/// They replace the values of an axis, or are axes of their own. Entries of `exclude` and published
/// numbers for values that an axis no longer has are left out; they would be errors otherwise.
public struct AxisOverrides: Sendable {
  /// The axes, in the order given; of equal names, the last one counts.
  public private(set) var axes = JSONObject()

  /// No axes.
  public init() {}

  /// Axes with their values.
  public init(_ axes: some Sequence<(name: String, values: [JSONValue])>) {
    for axis in axes { self.axes[axis.name] = .array(axis.values) }
  }

  /// Axes as `json` writes them; whatever is not a list of values is left out.
  public init(json: JSONValue?) {
    for member in json?.object?.members ?? [] where member.value.elements != nil {
      axes[member.name] = member.value
    }
  }

  /// Whether no axes are given.
  public var isEmpty: Bool { axes.names.isEmpty }
  /// The axes as an object of lists.
  public var json: JSONValue { .object(axes) }

  /// The given values of an axis; `nil` for any other.
  func values(of axis: String) -> [JSONValue]? { axes[axis]?.elements }

  /// A file with the given values on its own axes, and without what is for values that are gone.
  func apply(to root: LocatedJSON) -> LocatedJSON {
    guard !isEmpty else { return root }
    return root.replacingMembers { name, value in
      switch name {
      case "axes": value.replacingMembers { replace($0, $1) }
      case "exclude": value.filteringElements { $0.members.map(isOpen) ?? true }
      case "references": value.replacingMembers { numbers($1) }
      case "stages":
        value.replacingMembers { _, stage in
          stage.replacingMembers { name, value in name == "reference" ? numbers(value) : value }
        }
      default: value
      }
    }
  }

  /// The values of an axis: for a value that names one that is written there, that one, since it may
  /// be an object with fields.
  private func replace(_ axis: String, _ written: LocatedJSON) -> LocatedJSON {
    guard let values = values(of: axis) else { return written }
    let known = written.elements ?? []
    let elements = values.map { value in
      known.first { Self.isLabel($0, value) }
        ?? LocatedJSON(value, at: written.position, path: written.path)
    }
    return LocatedJSON(form: .array(elements), position: written.position, path: written.path)
  }

  /// Whether a value on an axis is the one that a word from a command line means: `1` may be text.
  private static func isLabel(_ element: LocatedJSON, _ value: JSONValue) -> Bool {
    let label = (element["name"] ?? element).value
    if label == value { return true }
    guard case .string(let text) = label, value.text == nil else { return false }
    return JSONCanonicalForm.text(of: value) == text
  }

  /// Whether the given axes still have the values of some coordinates.
  private func isOpen(_ coordinates: [LocatedJSON.Member]) -> Bool {
    coordinates.allSatisfy { isOpen($0.name, $0.value) }
  }

  private func isOpen(_ axis: String, _ value: LocatedJSON) -> Bool {
    values(of: axis)?.contains { Self.isLabel(value, $0) } ?? true
  }

  /// Published numbers without those for values that are gone.
  private func numbers(_ node: LocatedJSON) -> LocatedJSON {
    guard node.members != nil else {
      return node.filteringElements { isOpen(number: $0) }.mappingElements(table)
    }
    return isOpen(number: node)
      ? table(node) : LocatedJSON(form: .array([]), position: node.position, path: node.path)
  }

  private func isOpen(number: LocatedJSON) -> Bool {
    number["when"]?.members.map(isOpen) ?? true
  }

  /// A table of published numbers without the rows for values that are gone.
  private func table(_ node: LocatedJSON) -> LocatedJSON {
    let names = node["axes"]?.elements?.map { $0.text ?? "" } ?? []
    return node.replacingMembers { name, value in
      guard name == "rows" else { return value }
      return value.filteringElements { row in
        zip(names, row.elements ?? []).allSatisfy { isOpen($0, $1) }
      }
    }
  }
}

extension LocatedJSON {
  /// The object with other values of its members; anything else is returned as it is.
  fileprivate func replacingMembers(
    _ value: (_ name: String, LocatedJSON) -> LocatedJSON
  ) -> LocatedJSON {
    guard let members else { return self }
    let replaced = members.map {
      Member(name: $0.name, position: $0.position, value: value($0.name, $0.value))
    }
    return LocatedJSON(form: .object(replaced), position: position, path: path)
  }

  /// The array without some elements; anything else is returned as it is.
  fileprivate func filteringElements(_ isKept: (LocatedJSON) -> Bool) -> LocatedJSON {
    guard let elements else { return self }
    return LocatedJSON(form: .array(elements.filter(isKept)), position: position, path: path)
  }

  /// The array with other elements; anything else is returned as it is.
  fileprivate func mappingElements(_ body: (LocatedJSON) -> LocatedJSON) -> LocatedJSON {
    guard let elements else { return self }
    return LocatedJSON(form: .array(elements.map(body)), position: position, path: path)
  }
}
