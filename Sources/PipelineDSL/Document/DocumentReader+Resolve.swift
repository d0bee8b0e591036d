// References in the `with` of an `include` and in axes: only parameters of the same file have
// values when these are read.
extension DocumentReader {
  /// A value with its references replaced.
  struct Resolved {
    let value: LocatedJSON
    /// The overridden parameters of the pipeline that it refers to, also through parts.
    let overridden: [String]
  }

  /// The maximum of `spent`: parts that pass a list on twice each could fill any memory.
  private static let spendingLimit = 4 << 20

  /// The value with its references to parameters of a scope replaced; what comes from a parameter
  /// keeps the position at which it was written.
  ///
  /// Reports references that cannot be resolved, and returns `nil` if there are any.
  mutating func resolve(_ node: LocatedJSON, in scope: Int) -> Resolved? {
    var overridden: [String] = []
    return resolved(node, scope, &overridden).map { Resolved(value: $0, overridden: overridden) }
  }

  private mutating func resolved(
    _ node: LocatedJSON, _ scope: Int, _ overridden: inout [String]
  ) -> LocatedJSON? {
    switch node.form {
    case .scalar(.string(let text)) where text.contains("$"):
      return resolved(text, at: node, scope, &overridden)
    case .scalar: return node
    case .array(let elements):
      let parts = elements.compactMap { resolved($0, scope, &overridden) }
      guard parts.count == elements.count else { return nil }
      return LocatedJSON(form: .array(parts), position: node.position, path: node.path)
    case .object(let members):
      let parts = members.compactMap { member in
        resolved(member.value, scope, &overridden).map {
          LocatedJSON.Member(name: member.name, position: member.position, value: $0)
        }
      }
      guard parts.count == members.count else { return nil }
      return LocatedJSON(form: .object(parts), position: node.position, path: node.path)
    }
  }

  private mutating func resolved(
    _ text: String, at node: LocatedJSON, _ scope: Int, _ overridden: inout [String]
  ) -> LocatedJSON? {
    guard let pieces = Interpolation.pieces(of: text) else {
      diagnostics.report(.openReference, "unterminated '${'", at: node)
      let names = document.scopes[scope].values.names
      document.scopes[scope].used.formUnion(names.filter { text.contains("${" + $0) })
      return nil
    }
    if pieces.count == 1, case .reference(let reference) = pieces[0] {
      return value(of: reference, at: node, scope, &overridden)
    }
    var (joined, isNull, isWhole) = ("", false, true)
    for piece in pieces {
      switch piece {
      case .literal(let text): joined += text
      case .reference(let reference):
        guard let value = value(of: reference, at: node, scope, &overridden) else {
          isWhole = false
          continue
        }
        switch value.form {
        case .array, .object:
          diagnostics.report(
            .badReference,
            "'${\(reference.text)}' is \(value.value.kindName) and cannot be part of a longer string",
            at: node)
          isWhole = false
        case .scalar(.null): isNull = true
        case .scalar(let scalar): joined += scalar.text ?? JSONCanonicalForm.text(of: scalar)
        }
      }
    }
    guard isWhole else { return nil }
    let value: JSONValue = isNull ? .null : .string(joined)
    return LocatedJSON(form: .scalar(value), position: node.position, path: node.path)
  }

  /// The value of a parameter, or of a field of it; reports an unknown name.
  private mutating func value(
    of reference: Interpolation.Reference, at node: LocatedJSON, _ scope: Int,
    _ overridden: inout [String]
  ) -> LocatedJSON? {
    document.scopes[scope].used.insert(reference.name)
    guard let parameter = document.scopes[scope][reference.name] else {
      let known = document.scopes[scope].values.names
      diagnostics.report(
        .unknownName,
        "no parameter '\(reference.name)'; only parameters of the same file can be referred to here",
        at: node, written: reference.name, known: known)
      if let meant = NearestName.find(reference.name, among: known) {
        document.scopes[scope].used.insert(meant)
      }
      return nil
    }
    for name in parameter.overridden where !overridden.contains(name) { overridden.append(name) }
    var value = parameter.value
    if let field = reference.field {
      guard let part = value[field] else {
        diagnostics.report(
          .unknownField, "the parameter '\(parameter.name)' has no field '\(field)'", at: node,
          written: field, known: parameter.json.object?.names ?? [])
        return nil
      }
      value = part
    }
    return spend(on: value, at: node) ? value : nil
  }

  /// Whether there is room for another use of a value; otherwise that is reported, once.
  private mutating func spend(on value: LocatedJSON, at node: LocatedJSON) -> Bool {
    guard spent <= Self.spendingLimit else { return false }
    var size = 0
    value.add(to: &size, limit: Self.spendingLimit)
    spent += size
    guard spent > Self.spendingLimit else { return true }
    diagnostics.report(
      .badReference,
      "the values that axes and 'include' take from parameters are larger than 4 MiB in total",
      at: node)
    return false
  }
}

extension LocatedJSON {
  /// Adds the approximate size of the value; stops after the limit.
  fileprivate func add(to size: inout Int, limit: Int) {
    guard size <= limit else { return }
    size += 32 + (text?.utf8.count ?? 0)
    for element in elements ?? [] { element.add(to: &size, limit: limit) }
    for member in members ?? [] {
      size += member.name.utf8.count
      member.value.add(to: &size, limit: limit)
    }
  }
}
