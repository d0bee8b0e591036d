extension DocumentReader {
  /// Reads the axes; keeps an axis without valid values, so that references to it resolve.
  mutating func readAxes(_ node: LocatedJSON?, in scope: Int) {
    guard let node, let members = object(node, "lists of values by name") else { return }
    var known: Set<String> = []
    for member in members where known.insert(member.name).inserted {
      checkName(of: member)
      if let first = document.axes.first(where: { $0.name == member.name }) {
        reportRepetition(of: member, "axis", first: first.position)
        continue
      }
      document.axes.append(
        AxisDeclaration(
          name: member.name, scope: scope, position: member.position,
          pointer: member.value.pointer, values: axisValues(member, in: scope)))
    }
  }

  /// Counts the parameters that the written values of a replaced axis refer to as used: leaving them
  /// out is not a mistake in the file.
  mutating func useParameters(ofReplaced axes: LocatedJSON?, in scope: Int) {
    let names = document.scopes[scope].values.names
    for axis in axes?.members ?? [] where axisOverrides.values(of: axis.name) != nil {
      axis.value.forEachString { text, _ in
        for name in names where text.contains("${" + name) {
          document.scopes[scope].used.insert(name)
        }
      }
    }
  }

  /// Adds the given axes that no file declares; returns the text of the pipeline with them, or
  /// `whole` itself if none is added.
  mutating func addAxes(to root: LocatedJSON, _ whole: JSONObject?) -> JSONObject? {
    let declared = Set(document.axes.map(\.name))
    let added = axisOverrides.axes.members.filter { !declared.contains($0.name) }
    guard !added.isEmpty else { return whole }
    let place = root["axes"] ?? root
    let members = added.map { axis in
      LocatedJSON.Member(
        name: axis.name, position: place.position,
        value: LocatedJSON(
          axis.value, at: place.position, path: .member(.member(.root, "axes"), axis.name)))
    }
    readAxes(
      LocatedJSON(form: .object(members), position: place.position, path: place.path), in: 0)
    var text = whole ?? root.value.object ?? [:]
    guard var axes = text["axes"].map({ $0.object }) ?? [:] else { return whole }
    for axis in added { axes[axis.name] = axis.value }
    text["axes"] = .object(axes)
    return text
  }

  /// Reports axes with the name of a parameter, in any file: axes have a meaning in all of them.
  mutating func checkAxisNames() {
    for axis in document.axes {
      for (scope, parameters) in document.scopes.enumerated() {
        guard let parameter = parameters[axis.name] else { continue }
        let place = scope == axis.scope ? "" : ", at \(diagnostics.place(parameter.position))"
        diagnostics.report(
          .duplicateName,
          "'\(axis.name)' is already the name of a parameter\(place); give the axis another name",
          at: axis.position, pointer: axis.pointer)
      }
    }
  }

  private mutating func axisValues(_ axis: LocatedJSON.Member, in scope: Int) -> [AxisValue] {
    var list = Resolved(value: axis.value, overridden: [])
    if axis.value.text != nil {
      guard let resolved = resolve(axis.value, in: scope) else { return [] }
      list = resolved
    }
    guard let elements = list.value.elements else {
      report(
        .wrongType, "expected an array: the values of an axis, found \(list.value.value.kindName)",
        of: axis, list)
      return []
    }
    if elements.isEmpty {
      report(.badAxis, "an axis must have at least one value", of: axis, list)
    }
    var values: [AxisValue] = []
    var known: Set<String> = []
    for element in elements {
      var found = Resolved(value: element, overridden: list.overridden)
      if axis.value.text == nil {
        guard let resolved = resolve(element, in: scope) else { continue }
        found = resolved
      }
      guard let value = axisValue(found, of: axis) else { continue }
      if !known.insert(value.text).inserted {
        report(
          .duplicateName, "the value '\(value.text)' occurs twice on this axis", of: axis, found)
      }
      values.append(value)
    }
    return values
  }

  private mutating func axisValue(
    _ found: Resolved, of axis: LocatedJSON.Member
  ) -> AxisValue? {
    let node = found.value
    switch node.form {
    case .scalar(.null), .array:
      report(
        .badAxis,
        "expected a string, a number, a boolean, or an object with a name as axis value, found "
          + node.value.kindName, of: axis, found)
      return nil
    case .scalar(let value):
      if let text = value.text { checkWord(text, of: axis, found) }
      return AxisValue(label: value, fields: [:])
    case .object:
      guard let name = node["name"], let text = name.text else {
        report(
          .badAxis,
          "an object on an axis must have a \"name\", which is part of the names of its cells",
          of: axis, found)
        return nil
      }
      checkWord(text, of: axis, Resolved(value: name, overridden: found.overridden))
      return AxisValue(label: .string(text), fields: node.value.object ?? [:])
    }
  }

  private mutating func checkWord(
    _ word: String, of axis: LocatedJSON.Member, _ found: Resolved
  ) {
    if let problem = Self.problem(ofWord: word) { report(.badName, problem, of: axis, found) }
  }

  /// Reports a value of an axis; names the axis, and overridden parameters, if it is from elsewhere.
  private mutating func report(
    _ code: DiagnosticCode, _ message: String, of axis: LocatedJSON.Member, _ found: Resolved
  ) {
    var message = message
    let (place, pointer) = (found.value, axis.value.pointer)
    let isInside =
      place.position.file == axis.position.file
      && (place.pointer == pointer || place.pointer.hasPrefix(pointer + "/"))
    if !isInside { message += "; it is for the axis '\(axis.name)'" }
    if let name = found.overridden.first {
      message += "; --set or --parameters gives '\(name)'"
    }
    if axisOverrides.values(of: axis.name) != nil { message += "; --axis gives its values" }
    diagnostics.report(code, message, at: place)
  }

  /// Reads the entries of `exclude`.
  mutating func readExclude(_ node: LocatedJSON?) {
    guard let node, let elements = array(node, "cells, each an object of values by axis") else {
      return
    }
    for element in elements {
      guard let members = object(element, "values by axis") else { continue }
      if members.isEmpty {
        diagnostics.report(.badExclude, "an empty entry would exclude every cell", at: element)
      }
      let coordinates = coordinates(members)
      // A partially understood entry would exclude too much.
      if coordinates.count == members.count { document.exclude.append(coordinates) }
    }
  }

  /// Reads positions on axes; reports those that do not exist.
  mutating func coordinates(_ members: [LocatedJSON.Member]) -> [AxisCoordinate] {
    coordinates(
      members.map { member in
        let name = LocatedJSON(
          form: .scalar(.string(member.name)), position: member.position, path: member.value.path)
        return (name, member.value)
      })
  }

  /// Finds values on axes; reports those that do not exist.
  mutating func coordinates(
    _ pairs: [(name: LocatedJSON, value: LocatedJSON)]
  ) -> [AxisCoordinate] {
    // A part that cannot be read may have any axis.
    guard isReadable else { return [] }
    return pairs.compactMap { name, node in
      guard let index = axis(name) else { return nil }
      let axis = document.axes[index]
      guard let value = axis.values.firstIndex(where: { $0.label == node.value }) else {
        if !axis.values.isEmpty {
          diagnostics.report(
            .badExclude, "the axis '\(axis.name)' has no value \(node.value.found)", at: node,
            written: node.text, known: axis.values.map(\.text))
        }
        return nil
      }
      return AxisCoordinate(axis: index, value: value, name: name)
    }
  }

  /// The axis with a name; reports a name without one.
  mutating func axis(_ name: LocatedJSON) -> Int? {
    let written = name.text ?? ""
    let index = document.axes.firstIndex { $0.name == written }
    if index == nil, isReadable {
      diagnostics.report(
        .unknownAxis, "no axis '\(written)'", at: name, written: written,
        known: document.axes.map(\.name))
    }
    return index
  }
}
