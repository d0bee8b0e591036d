public import PipelineDSL

/// How a kept run reaches a result or an object.
public struct KeepingPath: Sendable, Hashable {
  /// The path of the project's record, or of the announcement of an active run.
  public let record: String
  /// The host of the record.
  public let host: String
  /// The run's id.
  public let run: String
  /// The run's pipeline; empty for an active run.
  public let pipeline: String
  /// Why the run is kept.
  public let reason: KeepReason
  /// The result that needs it; `nil` for what the run itself names, such as the log of a failure.
  public let key: Digest?
  /// Its role in the result, such as `model.safetensors of 'model'`.
  public let role: String

  /// The path as lines, from the root.
  public var lines: [String] {
    let pipeline = pipeline.isEmpty ? "" : " of \(pipeline)"
    return ["run \(run)\(pipeline), \(reason.text), recorded in \(record) on \(host)"]
      + (key.map { ["result \($0.hex)"] } ?? []) + [role]
  }
}

/// Where a digest is in a store, and what keeps it.
public struct KeepingAnswer: Sendable, Hashable {
  /// The digest in question.
  public let digest: Digest
  /// Where it is: `keys`, `objects`, `trash`; empty if the store does not contain it.
  public let places: [String]
  /// The paths to it from kept runs, strongest reason first; one path per run.
  public let paths: [KeepingPath]
  /// Results that need it, but that no kept run uses.
  public let unnamed: [Digest]
}

extension GarbageCollector {
  /// Finds what keeps a result or an object, given its digest or at least the first four digits.
  public func why(_ name: String) throws(StoreError) -> KeepingAnswer {
    let (digest, places) = try resolve(name)
    var keys: [Digest] = []
    try Self.forEachFile(in: layout.keys, suffix: ".json") { key, _ throws(StoreError) in
      keys.append(key)
    }
    let (all, cache) = (keys, cache)
    let roles = ParallelMap.run(all.count, threads: options.threads) {
      Self.role(of: digest, in: all[$0], cache)
    }
    var needing: [Digest: String] = [:]
    for (key, role) in zip(keys, roles) {
      if let role = try role.get() { needing[key] = role }
    }
    var paths: [KeepingPath] = []
    var named: Set<Digest> = []
    for holder in roots.holders {
      func path(_ key: Digest?, _ role: String) -> KeepingPath {
        KeepingPath(
          record: holder.record, host: holder.host, run: holder.run, pipeline: holder.pipeline,
          reason: holder.reason, key: key, role: role)
      }
      let through = needing.keys.filter(holder.uses.keys.contains).sorted()
      named.formUnion(through)
      if let key = through.first {
        paths.append(path(key, needing[key] ?? ""))
      } else if holder.uses.objects.contains(digest) {
        paths.append(path(nil, "the log of a failed stage"))
      } else if try leads(holder.uses.artifacts, to: digest) {
        paths.append(path(nil, "an artifact that diverged"))
      }
    }
    return KeepingAnswer(
      digest: digest, places: places, paths: paths,
      unnamed: Set(needing.keys).subtracting(named).sorted())
  }

  private func leads(_ artifacts: Set<Digest>, to digest: Digest) throws(StoreError) -> Bool {
    for artifact in artifacts {
      let files = try Reachability.files(of: artifact, cache).get() ?? []
      if files.contains(where: { $0.digest == digest }) { return true }
    }
    return false
  }

  /// The role of an object in a result; `nil` if the result does not need it.
  private static func role(
    of digest: Digest, in key: Digest, _ cache: ActionCache
  ) -> Result<String?, StoreError> {
    do throws(StoreError) {
      if key == digest { return .success("the result itself") }
      guard let record = try cache.record(key) else { return .success(nil) }
      if record.log == digest { return .success("the log of \(record.kind)") }
      for location in Reachability.locations(of: record) where location.digest == digest {
        return .success("the list of files of location '\(location.name)' of \(record.kind)")
      }
      for (port, artifact) in record.artifacts.sorted(by: { $0.key < $1.key }) {
        if artifact.digest == digest {
          return .success("the list of files of '\(port)' of \(record.kind)")
        }
        guard let manifest = try? cache.objects.manifest(artifact.digest) else { continue }
        if let file = manifest.files.first(where: { $0.digest == digest }) {
          return .success("\(file.path) of '\(port)' of \(record.kind)")
        }
      }
      return .success(nil)
    } catch {
      return .failure(error)
    }
  }

  private func resolve(_ name: String) throws(StoreError) -> (Digest, [String]) {
    let isHex = name.utf8.allSatisfy { byte in
      UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || UInt8(ascii: "a")...UInt8(ascii: "f") ~= byte
    }
    guard isHex, name.utf8.count >= 4, name.utf8.count <= 64 else {
      throw StoreError(
        path: layout.root,
        "'\(name)' is not a digest: four to 64 digits of 0-9 and a-f are required")
    }
    var places: [Digest: [String]] = [:]
    func look(_ folder: String, _ place: String) throws(StoreError) {
      let shard = "\(folder)/\(name.prefix(2))"
      guard FileStatus(shard, followLinks: false)?.kind == .folder else { return }
      for entry in try Folder.entries(shard) {
        let hex = name.prefix(2) + entry.name.prefix(62)
        if hex.hasPrefix(name), let digest = Digest(hex: hex) {
          places[digest, default: []].append(place)
        }
      }
    }
    try look(layout.keys, "keys")
    try look(layout.objects, "objects")
    for batch in try Trash.batches(layout) {
      try look(batch.path + "/keys", "trash")
      try look(batch.path + "/objects", "trash")
    }
    if let whole = Digest(hex: name) { return (whole, places[whole] ?? []) }
    guard let only = places.first, places.count == 1 else {
      let names = places.keys.sorted().prefix(5).map(\.short).joined(separator: ", ")
      throw StoreError(
        path: layout.root,
        places.isEmpty
          ? "contains no digest that begins with '\(name)'"
          : "several digests begin with '\(name)': \(names)")
    }
    return (only.key, only.value)
  }
}
