internal import PipelineDSL

/// Reads every object and every result of a store, and reports the damaged ones.
public struct StoreCheck: Sendable {
  /// The objects read.
  public private(set) var objects = Amount()
  /// The number of results read.
  public private(set) var results = 0
  /// What is damaged, by path.
  public private(set) var damaged: [String] = []
  /// Results that lack objects: harmless, since they count as misses.
  public private(set) var incomplete: [String] = []

  /// Whether the content of all objects was read, not only their sizes.
  public let readsObjects: Bool

  /// A check of nothing yet.
  init(readsObjects: Bool) { self.readsObjects = readsObjects }

  /// Adds something damaged, by path.
  mutating func add(damage: String) { damaged.append(damage) }

  /// Adds an object of some size.
  mutating func add(object size: Int) { objects.add(size) }

  /// Adds results that were read, and what cannot be used among them.
  mutating func add(_ outcome: TransferOutcome, results count: Int) {
    results += count
    damaged += outcome.damaged
    incomplete += outcome.incomplete
  }

  /// Checks a store, reading everything.
  ///
  /// - Throws: `StoreError` if a folder cannot be read.
  public init(_ cache: ActionCache, threads: Int) throws(StoreError) {
    self.init(readsObjects: true)
    let layout = cache.layout
    for folder in [layout.objects, layout.keys] {
      for shard in try Folder.entries(folder) {
        try look(folder + "/" + shard.name, shard, cache, threads, isKeys: folder == layout.keys)
      }
    }
  }

  /// Checks the objects or results whose digests share the first two digits.
  private mutating func look(
    _ path: String, _ shard: Folder.Entry, _ cache: ActionCache, _ threads: Int, isKeys: Bool
  ) throws(StoreError) {
    guard shard.kind == .folder else {
      let what = shard.kind == .link ? "is a symbolic link" : "is not a folder"
      damaged.append("\(path): \(what), which a store must not contain")
      return
    }
    let suffix = isKeys ? ".json" : ""
    var digests: [Digest] = []
    for entry in try Folder.entries(path) {
      guard entry.name.hasSuffix(suffix),
        let digest = Digest(hex: shard.name + entry.name.dropLast(suffix.count))
      else {
        damaged.append("\(path)/\(entry.name): is neither an object nor a result")
        continue
      }
      digests.append(digest)
    }
    let all = digests
    if isKeys {
      let found = ParallelMap.run(all.count, threads: threads) { Self.key(all[$0], cache) }
      for result in found {
        do throws(StoreError) {
          if let reason = try result.get() { incomplete.append(reason) }
          results += 1
        } catch {
          damaged.append("\(error)")
        }
      }
    } else {
      let found = ParallelMap.run(all.count, threads: threads) { index in
        Result { () throws(StoreError) in try cache.objects.verify(all[index]) }
      }
      for result in found {
        do throws(StoreError) { objects.add(try result.get()) } catch { damaged.append("\(error)") }
      }
    }
  }

  private static func key(
    _ key: Digest, _ cache: ActionCache
  ) -> Result<String?, StoreError> {
    do throws(StoreError) {
      guard let record = try cache.record(key) else { return .success(nil) }
      return .success(cache.missing(record).map { "result \(key.short): \($0)" })
    } catch {
      return .failure(error)
    }
  }
}
