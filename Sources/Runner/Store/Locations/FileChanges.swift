public import PipelineDSL

/// What happened to the files of a folder between two looks: of a location, or of an artifact.
public struct FileChanges: Sendable, Hashable {
  /// A file whose content is another.
  public struct Edit: Sendable, Hashable {
    /// The path below the folder.
    public let path: String
    /// The content before.
    public let old: Digest
    /// The content now.
    public let new: Digest
  }

  /// A file that has another path and the same content.
  public struct Renaming: Sendable, Hashable {
    /// The path before.
    public let from: String
    /// The path now.
    public let to: String
    /// The content.
    public let digest: Digest
  }

  /// Files of both looks with other content, in the order of the later.
  public let edited: [Edit]
  /// Files of the later look alone.
  public let added: [ManifestLine]
  /// Files of the earlier look alone.
  public let removed: [ManifestLine]
  /// Files that moved.
  public let renamed: [Renaming]
  /// How many files are as they were.
  public let unchanged: Int

  /// What happened between two lists of files.
  public init(from old: [ManifestLine], to new: [ManifestLine]) {
    let before = Dictionary(old.map { ($0.path, $0) }) { first, _ in first }
    let after = Set(new.map(\.path))
    edited = new.compactMap { line in
      guard let earlier = before[line.path], earlier.digest != line.digest else { return nil }
      return Edit(path: line.path, old: earlier.digest, new: line.digest)
    }
    var gone = Dictionary(grouping: old.filter { !after.contains($0.path) }, by: \.digest)
      .mapValues { Array($0.reversed()) }
    var (added, renamed): ([ManifestLine], [Renaming]) = ([], [])
    for line in new where before[line.path] == nil {
      if let from = gone[line.digest]?.popLast() {
        renamed.append(Renaming(from: from.path, to: line.path, digest: line.digest))
      } else {
        added.append(line)
      }
    }
    (self.added, self.renamed) = (added, renamed)
    removed = gone.values.flatMap { $0 }.sorted {
      $0.path.utf8.lexicographicallyPrecedes($1.path.utf8)
    }
    unchanged = new.count - edited.count - added.count - renamed.count
  }

  /// Whether the same files have the same content.
  public var isEmpty: Bool {
    edited.isEmpty && added.isEmpty && removed.isEmpty && renamed.isEmpty
  }

  /// How many files changed in one way or another.
  public var count: Int { edited.count + added.count + removed.count + renamed.count }

  /// One sentence for each kind of change, with the first few names.
  public var sentences: [String] {
    func list(_ names: [String]) -> String {
      let shown = names.prefix(3).joined(separator: ", ")
      return names.count > 3 ? "\(shown) and \(names.count - 3) more" : shown
    }
    var sentences: [String] = []
    if !edited.isEmpty { sentences.append("changed \(list(edited.map(\.path)))") }
    if !added.isEmpty { sentences.append("added \(list(added.map(\.path)))") }
    if !removed.isEmpty { sentences.append("removed \(list(removed.map(\.path)))") }
    if !renamed.isEmpty {
      sentences.append("renamed \(list(renamed.map { "\($0.from) to \($0.to)" }))")
    }
    return sentences
  }

  /// The changes for a program: at most `limit` files of each kind, with how many were left out.
  public func json(limit: Int = .max) -> JSONValue {
    func file(_ line: ManifestLine) -> JSONValue {
      [
        "path": .string(line.path), "digest": .string(line.digest.hex), "size": .integer(line.size),
      ]
    }
    let kept = [edited.count, added.count, removed.count, renamed.count].map { min($0, limit) }
    var object: JSONObject = [
      "changed": .array(
        edited.prefix(limit).map {
          ["path": .string($0.path), "old": .string($0.old.hex), "new": .string($0.new.hex)]
        }),
      "added": .array(added.prefix(limit).map(file)),
      "removed": .array(removed.prefix(limit).map(file)),
      "renamed": .array(
        renamed.prefix(limit).map {
          ["from": .string($0.from), "to": .string($0.to), "digest": .string($0.digest.hex)]
        }),
      "unchanged": .integer(unchanged),
    ]
    let left = count - kept.reduce(0, +)
    if left > 0 { object["left-out"] = .integer(left) }
    return .object(object)
  }
}
