internal import Glibc
internal import PipelineDSL

extension GarbageCollector {
  /// The number of results that need an object, and its size in bytes.
  private struct Share {
    var results: Int32
    var size: Int
  }

  /// Removes results from `remaining` until the rest fits the budget; returns the removed ones.
  ///
  /// Only results whose strongest reason is `latest` are candidates. Those that free the most bytes
  /// per second of recomputation go first, weighted by how many runs ago they were last used.
  mutating func evict(
    from remaining: inout [Digest: KeepReason.Group], _ named: [Digest: KeepReason.Group],
    _ cost: (Digest) -> Double?
  ) throws(StoreError) -> [KeyFile] {
    guard let budget = options.budget else { return [] }
    var shares: [Digest: Share] = [:]
    let all = remaining.keys.sorted()
    for start in stride(from: 0, to: all.count, by: 1024) {
      let part = Array(all[start..<min(start + 1024, all.count)])
      let cache = cache
      let found = ParallelMap.run(part.count, threads: options.threads) {
        Self.objects(of: part[$0], cache)
      }
      for result in found {
        for (digest, size) in try result.get() {
          shares[digest, default: Share(results: 0, size: size)].results += 1
        }
      }
    }
    var total = shares.values.reduce(0) { $0 + $1.size }
    guard total > budget else { return [] }
    var evicted: [KeyFile] = []
    for key in try order(remaining, shares, cost) where total > budget {
      for (digest, _) in try Self.objects(of: key, cache).get() {
        guard var share = shares[digest] else { continue }
        share.results -= 1
        if share.results == 0 { total -= share.size }
        shares[digest] = share
      }
      remaining[key] = nil
      let size = FileStatus(layout.file(for: key), followLinks: false)?.size ?? 0
      evicted.append(KeyFile(key: key, size: size))
    }
    if total > budget {
      report.notes.append(
        "\(ByteCount.text(total)) are kept, more than the budget of \(ByteCount.text(budget)): pinned, "
          + "tagged, newest successful and active runs, and files younger than the grace period"
      )
    }
    return evicted
  }

  /// The candidates for eviction, in the order of eviction.
  private func order(
    _ remaining: [Digest: KeepReason.Group], _ shares: [Digest: Share],
    _ cost: (Digest) -> Double?
  ) throws(StoreError) -> [Digest] {
    let candidates = remaining.filter { $0.value == .latest }.keys.sorted()
    var ranks: [Digest: Int] = [:]
    var seconds: [Digest: Double] = [:]
    for holder in roots.holders {
      seconds.merge(holder.uses.seconds) { $1 }
      guard case .latest(let rank) = holder.reason else { continue }
      for key in holder.uses.keys { ranks[key] = min(ranks[key] ?? rank, rank) }
    }
    for key in candidates where seconds[key] == nil { seconds[key] = cost(key) }
    let known = candidates.compactMap { seconds[$0] }.sorted()
    // A result of unknown cost is assumed to have the median of the known costs.
    let usual = known.isEmpty ? 60 : known[known.count / 2]
    var scores: [(key: Digest, score: Double)] = []
    for key in candidates {
      let bytes = try Self.objects(of: key, cache).get().reduce(0.0) { sum, object in
        sum + Double(object.size) / Double(max(1, shares[object.digest]?.results ?? 1))
      }
      let again = max(seconds[key] ?? usual, 0.001)
      scores.append((key, bytes * Double(ranks[key] ?? 1) / again))
    }
    return scores.sorted { ($1.score, $0.key) < ($0.score, $1.key) }.map(\.key)
  }

  /// The objects that a result needs, with sizes and without duplicates; their files may be
  /// missing.
  static func objects(
    of key: Digest, _ cache: ActionCache
  ) -> Result<[(digest: Digest, size: Int)], StoreError> {
    do throws(StoreError) {
      let found = try Reachability.found(key, cache).get()
      var objects = found.objects
      for artifact in found.artifacts {
        objects += try Reachability.files(of: artifact, cache).get() ?? []
      }
      var seen: Set<Digest> = []
      var each: [(digest: Digest, size: Int)] = []
      for (digest, size) in objects where seen.insert(digest).inserted {
        let path = cache.objects.path(digest)
        each.append(
          (digest, size >= 0 ? size : FileStatus(path, followLinks: false)?.size ?? 0))
      }
      return .success(each)
    } catch {
      return .failure(error)
    }
  }
}
