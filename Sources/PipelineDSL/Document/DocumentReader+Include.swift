extension DocumentReader {
  /// The maximum number of parts of a pipeline.
  static let partLimit = 256
  /// The maximum number of files that contain a part.
  static let depthLimit = 8
  /// The levels of JSON around a part in the text of the file that includes it: the object of the
  /// file, the array `include`, and the entry.
  private static let levels = 3

  /// Reads the entries of `include` and the parts they name; returns the entries with the text of
  /// each part in place.
  mutating func readIncludes(_ node: LocatedJSON, of file: OpenFile) -> [JSONValue] {
    guard let entries = array(node, "parts, each a file, and values for its parameters") else {
      isReadable = false
      return []
    }
    return entries.map { entry in
      guard let whole = readInclude(entry, of: file) else {
        isReadable = false
        return entry.value
      }
      return .object(whole)
    }
  }

  private mutating func readInclude(_ entry: LocatedJSON, of file: OpenFile) -> JSONObject? {
    var (name, inner): (LocatedJSON?, LocatedJSON?) = (entry, nil)
    if entry.text == nil {
      guard object(entry, "a part's file, and values for its parameters") != nil else { return nil }
      checkNames(of: entry, among: ["file", "with", "part"], what: "an entry of 'include'")
      (name, inner) = (entry["file"], entry["part"])
    }
    var path = file.path
    if let name {
      guard let found = self.path(name, from: file) else { return nil }
      path = found
    } else if inner == nil {
      diagnostics.report(.missingMember, "'file' of this entry of 'include' is missing", at: entry)
      return nil
    }
    let chain = name == nil ? file.chain : file.chain + [path]
    guard hasRoom(for: chain, in: file, at: name ?? entry) else { return nil }
    guard
      let root = inner ?? read(path, at: name ?? entry, depth: (file.depth + 1) * Self.levels),
      isPart(root, path, at: inner ?? name ?? entry)
    else { return nil }
    let given = readGiven(entry["with"], for: root, in: file.scope)
    let part = OpenFile(
      root: root, scope: document.scopes.count, path: path, depth: file.depth + 1, chain: chain)
    document.scopes.append(PipelineScope(parent: file.scope))
    readHead(ofPart: root)
    readParameters(root["parameters"], of: part.scope, given: given, from: file.scope)
    let text = open(part).map { JSONValue.object($0) } ?? root.value
    var whole = entry.value.object ?? JSONObject([("file", entry.value)])
    whole["part"] = text
    return whole
  }

  private mutating func path(_ name: LocatedJSON, from file: OpenFile) -> String? {
    guard let written = name.text else {
      diagnostics.report(.wrongType, "expected a path, found \(name.value.kindName)", at: name)
      return nil
    }
    guard let path = PartPath.resolve(written, from: file.path) else {
      diagnostics.report(
        .badInclude,
        "expected the path of a part, relative to the folder of this file, found \(name.value.found)",
        at: name)
      return nil
    }
    return path
  }

  private mutating func hasRoom(
    for chain: [String], in file: OpenFile, at node: LocatedJSON
  ) -> Bool {
    let problem: String
    if let path = chain.last, chain.count > file.chain.count, file.chain.contains(path) {
      let circle = chain.drop { $0 != path }
      problem = "files include each other: " + circle.joined(separator: " -> ")
    } else if file.depth == Self.depthLimit {
      problem = "parts are nested deeper than \(Self.depthLimit)"
    } else if document.scopes.count > Self.partLimit {
      problem = "a pipeline may include at most \(Self.partLimit) parts"
    } else {
      return true
    }
    diagnostics.report(.badInclude, problem, at: node)
    return false
  }

  private mutating func read(_ path: String, at node: LocatedJSON, depth: Int) -> LocatedJSON? {
    do throws(PartFileError) {
      let bytes = try parts.read(path)
      return locate(bytes, file: diagnostics.add(file: path), depth: depth, "a part")
    } catch {
      diagnostics.report(.badInclude, "cannot read the part \(path): \(error)", at: node)
      return nil
    }
  }

  private mutating func isPart(_ root: LocatedJSON, _ path: String, at node: LocatedJSON) -> Bool {
    guard object(root, "a part") != nil else { return false }
    guard root["part"]?.value != .bool(true) else { return true }
    diagnostics.report(
      .badPart, "\(path) is not a part: a part has \"part\": true, and no \"name\"", at: node)
    return false
  }

  private mutating func readHead(ofPart root: LocatedJSON) {
    checkNames(of: root, among: Self.partNames, what: "a part")
    readVersion(root, "part")
    _ = optionalText("description", of: root)
    _ = optionalText("$schema", of: root)
  }

  /// Reads the values given to the parameters of a part.
  private mutating func readGiven(
    _ node: LocatedJSON?, for part: LocatedJSON, in scope: Int
  ) -> Given {
    guard let node, let members = object(node, "values by name") else { return [:] }
    let known = part["parameters"]?.value.object?.names ?? []
    var given: Given = [:]
    for member in members where given[member.name] == nil {
      given[member.name] = .some(resolve(member.value, in: scope))
      if !known.contains(member.name) {
        diagnostics.report(
          .unknownParameter,
          "this part has no parameter '\(member.name)'"
            + (known.isEmpty ? "" : "; it has \(known.joined(separator: ", "))"),
          at: member.position, pointer: member.value.pointer, written: member.name, known: known)
      }
    }
    return given
  }
}
