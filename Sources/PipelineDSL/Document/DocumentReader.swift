/// Reads a pipeline file and the parts it includes, and reports everything that is not part of the
/// grammar, which is closed.
///
/// First every file is opened, with its parameters and axes, because the rest of any file may refer
/// to the axes of all of them. Then excludes, stages and published numbers are read.
struct DocumentReader {
  static let version = 1
  static let topNames = ["$schema", "assay", "name"] + contentNames
  static let partNames = ["$schema", "assay", "part"] + contentNames
  private static let contentNames = [
    "description", "include", "parameters", "axes", "exclude", "stages", "references",
  ]
  static let stageNames = [
    "uses", "description", "needs", "with", "seed", "gather", "resources", "checks", "reference",
  ]

  let parts: PartFiles
  let axisOverrides: AxisOverrides
  var diagnostics: DiagnosticCollector
  /// Everything that could be read.
  var document: PipelineDocument
  /// Whether all files are JSON objects of the expected kind, so that checking can continue.
  var isReadable = true
  /// The open files, each after those that it includes.
  var files: [OpenFile] = []
  /// The stages by name, as indices into the document.
  var stageIndex: [String: Int] = [:]
  /// The size of the values taken from parameters, in units that are about bytes.
  var spent = 0

  /// A file whose parameters and axes have been read.
  struct OpenFile {
    /// The content, with the axes that are given from outside.
    var root: LocatedJSON
    /// The index of its scope.
    let scope: Int
    /// The path, for messages and for the paths of parts.
    let path: String
    /// The number of files that contain it.
    var depth = 0
    /// The paths of the files that contain it, and its own.
    let chain: [String]
    /// What it is, for messages.
    var what: String { depth == 0 ? "pipeline" : "part" }
  }

  /// Reads the bytes of a pipeline file, and its parts with the help of `parts`.
  init(
    bytes: [UInt8], file: String, overrides: [(name: String, value: JSONValue)] = [],
    axes: AxisOverrides = AxisOverrides(), parts: PartFiles
  ) {
    (self.parts, axisOverrides) = (parts, axes)
    diagnostics = DiagnosticCollector(file: file)
    document = PipelineDocument(file: file, text: bytes)
    guard let root = locate(bytes, file: 0, depth: 0, "a pipeline"), isPipeline(root) else {
      isReadable = false
      return
    }
    let path = PartPath.normalise(file)
    document.scopes = [PipelineScope(parent: nil)]
    readHead(of: root)
    readParameters(root["parameters"], overrides)
    let whole = open(OpenFile(root: root, scope: 0, path: path, chain: [path]))
    // The record keeps one text.
    if let text = addAxes(to: root, whole) {
      document.text = Array(JSONPrettyForm.text(of: .object(text)).utf8)
    }
    check(overrides)
    checkAxisNames()
    for file in files { readContents(of: file) }
    if document.stages.isEmpty, root["stages"] == nil, isReadable {
      diagnostics.report(.missingMember, "'stages' of this pipeline is missing", at: root)
    }
    for file in files { readReferences(byStage: file.root["references"]) }
  }

  /// The root of a file, which must be an object; otherwise reports a problem and returns `nil`.
  mutating func locate(
    _ bytes: [UInt8], file: Int, depth: Int, _ what: String
  ) -> LocatedJSON? {
    do throws(JSONSyntaxError) {
      let (root, duplicates) = try JSONParser.locate(bytes, file: file, depth: depth)
      for duplicate in duplicates {
        diagnostics.report(
          .duplicateName,
          "'\(duplicate.name)' occurs twice in one object, first on line \(duplicate.first.line)",
          at: duplicate.position, pointer: duplicate.pointer)
      }
      return object(root, what) == nil ? nil : root
    } catch {
      diagnostics.report(.syntax, error.reason, at: error.position, pointer: "")
      return nil
    }
  }

  private mutating func isPipeline(_ root: LocatedJSON) -> Bool {
    guard let part = root["part"], part.value == .bool(true) else { return true }
    diagnostics.report(
      .badPart, "this file is a part, which pipelines name in 'include'; it is not a pipeline",
      at: part)
    return false
  }

  private mutating func readHead(of root: LocatedJSON) {
    checkNames(of: root, among: Self.topNames, what: "a pipeline")
    readVersion(root, "pipeline")
    document.name = requiredText("name", of: root, what: "pipeline")
    if let name = root["name"], !document.name.isEmpty { checkWord(document.name, at: name) }
    document.description = optionalText("description", of: root)
    _ = optionalText("$schema", of: root)
  }

  /// Reads what files include and their axes; returns the file with the text of its parts, if it
  /// includes any.
  mutating func open(_ file: OpenFile) -> JSONObject? {
    let entries = file.root["include"].map { readIncludes($0, of: file) }
    let written = file.root
    var file = file
    file.root = axisOverrides.apply(to: written)
    useParameters(ofReplaced: written["axes"], in: file.scope)
    readAxes(file.root["axes"], in: file.scope)
    files.append(file)
    guard let entries, var whole = written.value.object else { return nil }
    whole["include"] = .array(entries)
    return whole
  }

  private mutating func readContents(of file: OpenFile) {
    readExclude(file.root["exclude"])
    guard let stages = file.root["stages"],
      let members = object(stages, "stages by name")
    else { return }
    if members.isEmpty {
      diagnostics.report(.missingMember, "the \(file.what) has no stages", at: stages)
    }
    var known: Set<String> = []
    for member in members {
      checkName(of: member)
      var stage = StageDeclaration(
        name: member.name, scope: file.scope, position: member.position, node: member.value)
      read(&stage)
      guard known.insert(member.name).inserted else { continue }
      if let first = stageIndex[member.name] {
        reportRepetition(of: member, "stage", first: document.stages[first].position)
      } else {
        stageIndex[member.name] = document.stages.count
        document.stages.append(stage)
      }
    }
  }

  /// Reports a name that another file has defined.
  mutating func reportRepetition(
    of member: LocatedJSON.Member, _ what: String, first: SourcePosition
  ) {
    diagnostics.report(
      .duplicateName,
      "the \(what) '\(member.name)' is already defined at \(diagnostics.place(first))",
      at: member.position, pointer: member.value.pointer)
  }

  mutating func readVersion(_ root: LocatedJSON, _ what: String) {
    guard let node = root["assay"] else {
      return diagnostics.report(
        .missingMember,
        "'assay' of this \(what) is missing: the version of the language, now \(Self.version)",
        at: root)
    }
    if node.value != .integer(Self.version) {
      diagnostics.report(
        .wrongVersion,
        "this version of Assay reads version \(Self.version) of the language, found \(node.value.found)",
        at: node)
    }
  }
}
