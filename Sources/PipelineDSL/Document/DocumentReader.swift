/// Reads the closed grammar of a pipeline file; reports everything that does not belong.
struct DocumentReader {
  static let version = 1
  static let topNames = [
    "$schema", "assay", "name", "description", "parameters", "axes", "exclude", "stages",
  ]
  static let stageNames = [
    "uses", "description", "needs", "with", "seed", "gather", "resources", "checks", "reference",
  ]

  private(set) var diagnostics: DiagnosticCollector
  private(set) var document: PipelineDocument

  /// Reads a file's bytes; the document holds whatever could be understood.
  init(bytes: [UInt8], file: String) {
    diagnostics = DiagnosticCollector(file: file)
    document = PipelineDocument(file: file)
    let root: LocatedJSON
    do throws(JSONSyntaxError) {
      let parsed = try JSONParser.locate(bytes)
      root = parsed.root
      for duplicate in parsed.duplicates {
        diagnostics.report(
          "'\(duplicate.name)' stands twice in one object, first on line \(duplicate.first.line)",
          at: duplicate.position, pointer: duplicate.pointer)
      }
    } catch {
      diagnostics.report(error.reason, at: error.position, pointer: "")
      return
    }
    read(root)
  }

  private mutating func read(_ root: LocatedJSON) {
    guard root.members != nil else {
      return diagnostics.report(
        "a pipeline is an object, found \(root.value.kindName)", at: root)
    }
    checkNames(of: root, among: Self.topNames, what: "a pipeline")
    readVersion(root)
    document.name = requiredText("name", of: root, what: "pipeline")
    if let name = root["name"], !document.name.isEmpty { checkWord(document.name, at: name) }
    document.description = optionalText("description", of: root)
    _ = optionalText("$schema", of: root)
    readParameters(root["parameters"])
    readAxes(root["axes"])
    readExclude(root["exclude"])
    guard let stages = root["stages"] else {
      return diagnostics.report("a pipeline has 'stages'; this one has none", at: root)
    }
    guard let members = object(stages, "stages by name") else { return }
    if members.isEmpty { diagnostics.report("there are no stages", at: stages) }
    for member in members {
      checkName(member.name, at: member.position, pointer: member.value.pointer)
      var stage = StageDeclaration(
        name: member.name, position: member.position, node: member.value)
      read(&stage)
      document.stages.append(stage)
    }
  }

  private mutating func readVersion(_ root: LocatedJSON) {
    guard let node = root["assay"] else {
      return diagnostics.report(
        "'assay' is missing: the version of the language, now \(Self.version)", at: root)
    }
    if node.value != .integer(Self.version) {
      diagnostics.report(
        "this Assay reads version \(Self.version) of the language, found \(node.value.found)",
        at: node)
    }
  }

  private mutating func readParameters(_ node: LocatedJSON?) {
    guard let node, let members = object(node, "values by name") else { return }
    for member in members {
      checkName(member.name, at: member.position, pointer: member.value.pointer)
      var hasReference = false
      member.value.forEachString { text, _ in hasReference = hasReference || text.contains("${") }
      if hasReference {
        diagnostics.report(
          "a parameter is a value of its own and cannot refer to another", at: member.value)
      }
      document.parameters.append(
        .init(
          name: member.name, position: member.position, pointer: member.value.pointer,
          value: member.value.value))
    }
  }

  private mutating func readAxes(_ node: LocatedJSON?) {
    guard let node, let members = object(node, "lists of values by name") else { return }
    for member in members {
      checkName(member.name, at: member.position, pointer: member.value.pointer)
      if document.parameters.contains(where: { $0.name == member.name }) {
        diagnostics.report(
          "'\(member.name)' is a parameter already; an axis needs a name of its own",
          at: member.position, pointer: member.value.pointer)
      }
      guard let elements = member.value.elements, !elements.isEmpty else {
        diagnostics.report(
          "an axis is a list of at least one value, found "
            + (member.value.elements == nil ? member.value.value.kindName : "an empty one"),
          at: member.value)
        continue
      }
      var values: [AxisValue] = []
      for element in elements {
        guard let value = axisValue(element) else { continue }
        if values.contains(where: { $0.text == value.text }) {
          diagnostics.report("the value '\(value.text)' stands twice on this axis", at: element)
        }
        values.append(value)
      }
      document.axes.append(
        AxisDeclaration(
          name: member.name, position: member.position, pointer: member.value.pointer,
          values: values))
    }
  }

  private mutating func axisValue(_ node: LocatedJSON) -> AxisValue? {
    switch node.form {
    case .scalar(.null), .array:
      diagnostics.report(
        "an axis value is a string, a number, a truth value, or an object with a name, found "
          + node.value.kindName, at: node)
      return nil
    case .scalar(let value):
      if let text = value.text { checkWord(text, at: node) }
      return AxisValue(label: value, fields: [:])
    case .object:
      guard let name = node["name"], let text = name.text, !text.isEmpty else {
        diagnostics.report(
          "an object on an axis has a \"name\", by which its cells are called", at: node)
        return nil
      }
      checkWord(text, at: name)
      return AxisValue(label: .string(text), fields: node.value.object ?? [:])
    }
  }

  private mutating func readExclude(_ node: LocatedJSON?) {
    guard let node else { return }
    guard let elements = node.elements else {
      return diagnostics.report("expected a list of cells, found \(node.value.kindName)", at: node)
    }
    for element in elements {
      guard let members = object(element, "axis values by axis") else { continue }
      if members.isEmpty {
        diagnostics.report("an empty entry would exclude every cell", at: element)
      }
      var coordinates: [(String, LocatedJSON)] = []
      for member in members {
        guard let axis = document.axes.first(where: { $0.name == member.name }) else {
          diagnostics.report(
            "there is no axis '\(member.name)'", at: member.position,
            pointer: member.value.pointer, written: member.name,
            known: document.axes.map(\.name))
          continue
        }
        if !axis.values.contains(where: { $0.label == member.value.value }) {
          diagnostics.report(
            "the axis '\(axis.name)' has no value \(member.value.value.found)", at: member.value,
            written: member.value.text, known: axis.values.map(\.text))
        }
        coordinates.append((member.name, member.value))
      }
      document.exclude.append(ExcludeEntry(node: element, coordinates: coordinates))
    }
  }
}

// MARK: - Small judgements

extension DocumentReader {
  /// Reports a problem on behalf of the parts of the reader in other files.
  mutating func report(
    _ message: String, at node: LocatedJSON, written: String? = nil, known: [String] = []
  ) {
    diagnostics.report(message, at: node, written: written, known: known)
  }

  /// The members of an object, or a report and `nil`.
  mutating func object(_ node: LocatedJSON, _ what: String) -> [LocatedJSON.Member]? {
    guard let members = node.members else {
      diagnostics.report("expected an object: \(what), found \(node.value.kindName)", at: node)
      return nil
    }
    return members
  }

  /// Reports members whose names are not known.
  mutating func checkNames(of node: LocatedJSON, among known: [String], what: String) {
    for member in node.members ?? [] where !known.contains(member.name) {
      diagnostics.report(
        "\(what) has no '\(member.name)'; it has \(known.joined(separator: ", "))",
        at: member.position, pointer: member.value.pointer, written: member.name, known: known)
    }
  }

  mutating func requiredText(_ name: String, of node: LocatedJSON, what: String) -> String {
    guard node[name] != nil else {
      diagnostics.report("'\(name)' of this \(what) is missing", at: node)
      return ""
    }
    let text = optionalText(name, of: node)
    return text
  }

  mutating func optionalText(_ name: String, of node: LocatedJSON) -> String {
    guard let value = node[name] else { return "" }
    guard let text = value.text else {
      diagnostics.report("expected a string, found \(value.value.kindName)", at: value)
      return ""
    }
    return text
  }

  /// A name that others refer to: letters, digits, `-` and `_`, so that `stage.port`, `${name}` and
  /// `stage@axis=value` can be read back.
  private mutating func checkName(_ name: String, at position: SourcePosition, pointer: String) {
    let fits =
      !name.isEmpty
      && name.unicodeScalars.allSatisfy {
        $0.isASCII && ($0.properties.isAlphabetic || "0123456789-_".unicodeScalars.contains($0))
      }
    if !fits {
      diagnostics.report(
        "the name '\(name)' may hold ASCII letters, digits, '-' and '_' only", at: position,
        pointer: pointer)
    }
  }

  /// A word that stands in a cell's name.
  private mutating func checkWord(_ word: String, at node: LocatedJSON) {
    if word.isEmpty || word.contains(where: { "@=,\n".contains($0) }) {
      diagnostics.report(
        "'\(word)' stands in names and may not be empty or hold '@', '=', ',' or a line end",
        at: node)
    }
  }
}
