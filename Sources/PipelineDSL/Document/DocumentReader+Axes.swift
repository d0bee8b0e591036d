extension DocumentReader {
  /// Reads the axes; keeps an axis without valid values, so that references to it resolve.
  mutating func readAxes(_ node: LocatedJSON?) {
    guard let node, let members = object(node, "lists of values by name") else { return }
    let parameters = Set(document.parameters.map(\.name))
    var known: Set<String> = []
    for member in members where known.insert(member.name).inserted {
      checkName(of: member)
      if parameters.contains(member.name) {
        diagnostics.report(
          .duplicateName,
          "'\(member.name)' is already the name of a parameter; give the axis another name",
          at: member.position, pointer: member.value.pointer)
      }
      document.axes.append(
        AxisDeclaration(
          name: member.name, position: member.position, pointer: member.value.pointer,
          values: axisValues(member.value)))
    }
  }

  private mutating func axisValues(_ node: LocatedJSON) -> [AxisValue] {
    guard let elements = array(node, "the values of an axis") else { return [] }
    if elements.isEmpty {
      diagnostics.report(.badAxis, "an axis must have at least one value", at: node)
    }
    var values: [AxisValue] = []
    var known: Set<String> = []
    for element in elements {
      guard let value = axisValue(element) else { continue }
      if !known.insert(value.text).inserted {
        diagnostics.report(
          .duplicateName, "the value '\(value.text)' occurs twice on this axis", at: element)
      }
      values.append(value)
    }
    return values
  }

  private mutating func axisValue(_ node: LocatedJSON) -> AxisValue? {
    checkPlain(node, "an axis value")
    switch node.form {
    case .scalar(.null), .array:
      diagnostics.report(
        .badAxis,
        "expected a string, a number, a boolean, or an object with a name as axis value, found "
          + node.value.kindName, at: node)
      return nil
    case .scalar(let value):
      if let text = value.text { checkWord(text, at: node) }
      return AxisValue(label: value, fields: [:])
    case .object:
      guard let name = node["name"], let text = name.text else {
        diagnostics.report(
          .badAxis,
          "an object on an axis must have a \"name\", which is part of the names of its cells",
          at: node)
        return nil
      }
      checkWord(text, at: name)
      return AxisValue(label: .string(text), fields: node.value.object ?? [:])
    }
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
    members.compactMap { member in
      guard let index = document.axes.firstIndex(where: { $0.name == member.name }) else {
        diagnostics.report(
          .unknownAxis, "no axis '\(member.name)'", at: member.position,
          pointer: member.value.pointer, written: member.name, known: document.axes.map(\.name))
        return nil
      }
      let axis = document.axes[index]
      guard let value = axis.values.firstIndex(where: { $0.label == member.value.value }) else {
        if !axis.values.isEmpty {
          diagnostics.report(
            .badExclude, "the axis '\(axis.name)' has no value \(member.value.value.found)",
            at: member.value,
            written: member.value.text, known: axis.values.map(\.text))
        }
        return nil
      }
      return AxisCoordinate(axis: index, value: value, member: member)
    }
  }
}
