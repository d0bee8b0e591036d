/// Reads a pipeline file, whose grammar is closed, and reports everything that is not part of it.
struct DocumentReader {
  static let version = 1
  static let topNames = [
    "$schema", "assay", "name", "description", "parameters", "axes", "exclude", "stages",
  ]
  static let stageNames = [
    "uses", "description", "needs", "with", "seed", "gather", "resources", "checks", "reference",
  ]

  var diagnostics: DiagnosticCollector
  /// The parts that could be read.
  var document: PipelineDocument
  /// Whether the file is a JSON object, so that checking can continue.
  private(set) var isReadable = false

  /// Reads a file's bytes.
  init(bytes: [UInt8], file: String) {
    diagnostics = DiagnosticCollector(file: file)
    document = PipelineDocument(file: file)
    do throws(JSONSyntaxError) {
      let (root, duplicates) = try JSONParser.locate(bytes)
      for duplicate in duplicates {
        diagnostics.report(
          .duplicateName,
          "'\(duplicate.name)' occurs twice in one object, first on line \(duplicate.first.line)",
          at: duplicate.position, pointer: duplicate.pointer)
      }
      guard object(root, "a pipeline") != nil else { return }
      isReadable = true
      read(root)
    } catch {
      diagnostics.report(.syntax, error.reason, at: error.position, pointer: "")
    }
  }

  private mutating func read(_ root: LocatedJSON) {
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
      return diagnostics.report(.missingMember, "'stages' of this pipeline is missing", at: root)
    }
    guard let members = object(stages, "stages by name") else { return }
    if members.isEmpty {
      diagnostics.report(.missingMember, "the pipeline has no stages", at: stages)
    }
    var known: Set<String> = []
    for member in members {
      checkName(of: member)
      var stage = StageDeclaration(
        name: member.name, position: member.position, node: member.value)
      read(&stage)
      if known.insert(member.name).inserted { document.stages.append(stage) }
    }
  }

  private mutating func readVersion(_ root: LocatedJSON) {
    guard let node = root["assay"] else {
      return diagnostics.report(
        .missingMember,
        "'assay' of this pipeline is missing: the version of the language, now \(Self.version)",
        at: root)
    }
    if node.value != .integer(Self.version) {
      diagnostics.report(
        .wrongVersion,
        "this version of Assay reads version \(Self.version) of the language, found \(node.value.found)",
        at: node)
    }
  }

  private mutating func readParameters(_ node: LocatedJSON?) {
    guard let node, let members = object(node, "values by name") else { return }
    var known: Set<String> = []
    for member in members where known.insert(member.name).inserted {
      checkName(of: member)
      checkPlain(member.value, "a parameter")
      document.parameters.append(
        .init(
          name: member.name, position: member.position, pointer: member.value.pointer,
          value: member.value.value))
    }
  }
}

// MARK: - Helpers

extension DocumentReader {
  /// The members of an object; otherwise reports a problem and returns `nil`.
  mutating func object(_ node: LocatedJSON, _ what: String) -> [LocatedJSON.Member]? {
    guard let members = node.members else {
      diagnostics.report(
        .wrongType, "expected an object: \(what), found \(node.value.kindName)", at: node)
      return nil
    }
    return members
  }

  /// The elements of an array; otherwise reports a problem and returns `nil`.
  mutating func array(_ node: LocatedJSON, _ what: String) -> [LocatedJSON]? {
    guard let elements = node.elements else {
      diagnostics.report(
        .wrongType, "expected an array: \(what), found \(node.value.kindName)", at: node)
      return nil
    }
    return elements
  }

  /// Reports members with unknown names.
  mutating func checkNames(of node: LocatedJSON, among known: [String], what: String) {
    for member in node.members ?? [] where !known.contains(member.name) {
      diagnostics.report(
        .unknownMember, "\(what) has no '\(member.name)'; it has \(known.joined(separator: ", "))",
        at: member.position, pointer: member.value.pointer, written: member.name, known: known)
    }
  }

  /// The string under a name; if it is missing or not a string, reports that and returns "".
  mutating func requiredText(_ name: String, of node: LocatedJSON, what: String) -> String {
    guard let value = node[name] else {
      diagnostics.report(.missingMember, "'\(name)' of this \(what) is missing", at: node)
      return ""
    }
    if value.text == "" {
      diagnostics.report(.badName, "'\(name)' of this \(what) must not be empty", at: value)
    }
    return optionalText(name, of: node)
  }

  /// The string under a name, or "" if there is none; reports a value that is not a string.
  mutating func optionalText(_ name: String, of node: LocatedJSON) -> String {
    guard let value = node[name] else { return "" }
    guard let text = value.text else {
      diagnostics.report(.wrongType, "expected a string, found \(value.value.kindName)", at: value)
      return ""
    }
    return text
  }

  /// Reports references in a value in which they are not resolved.
  mutating func checkPlain(_ node: LocatedJSON, _ what: String) {
    var hasReference = false
    node.forEachString { text, _ in hasReference = hasReference || text.contains("${") }
    if hasReference {
      diagnostics.report(.badReference, "\(what) cannot refer to another value", at: node)
    }
  }

  /// Checks a name that can be referred to: only letters, digits, `-` and `_`, so that
  /// `stage.port`, `${name}` and `stage@axis=value` can be parsed.
  mutating func checkName(of member: LocatedJSON.Member) {
    let fits =
      !member.name.isEmpty
      && member.name.unicodeScalars.allSatisfy {
        $0.isASCII && ($0.properties.isAlphabetic || "0123456789-_".unicodeScalars.contains($0))
      }
    if !fits {
      diagnostics.report(
        .badName, "the name '\(member.name)' may contain only ASCII letters, digits, '-' and '_'",
        at: member.position, pointer: member.value.pointer)
    }
  }

  /// Checks text that becomes part of the name of a pipeline or cell.
  mutating func checkWord(_ word: String, at node: LocatedJSON) {
    let fits =
      !word.isEmpty
      && word.unicodeScalars.allSatisfy {
        !"@=,".unicodeScalars.contains($0) && $0.properties.generalCategory != .control
      }
    if !fits {
      diagnostics.report(
        .badName,
        "'\(word)' is part of cell names and must not be empty or contain '@', '=', ',' or control characters",
        at: node)
    }
  }
}
