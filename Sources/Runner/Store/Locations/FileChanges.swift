public import PipelineDSL

/// The differences between two lists of files, of a location or of an artifact.
public struct FileChanges: Sendable, Hashable {
  /// A file whose content changed.
  public struct Edit: Sendable, Hashable {
    /// The path below the folder.
    public let path: String
    /// The content before.
    public let old: Digest
    /// The content now.
    public let new: Digest
  }

  /// A file whose path changed while its content stayed the same.
  public struct Renaming: Sendable, Hashable {
    /// The path before.
    public let from: String
    /// The path now.
    public let to: String
    /// The content.
    public let digest: Digest
  }

  /// Files with changed content, in the order of the new list.
  public let edited: [Edit]
  /// Files in the new list only.
  public let added: [ManifestLine]
  /// Files in the old list only.
  public let removed: [ManifestLine]
  /// Files whose path changed.
  public let renamed: [Renaming]
  /// The number of unchanged files.
  public let unchanged: Int

  /// Compares two lists of files.
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

  /// Whether the two lists contain the same files with the same content.
  public var isEmpty: Bool {
    edited.isEmpty && added.isEmpty && removed.isEmpty && renamed.isEmpty
  }

  /// The number of files that changed in any way.
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

  /// The changes as JSON: at most `limit` files of each kind, with the number of omitted ones.
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
