internal import Glibc
public import PipelineDSL

/// Copies results from one store to another: objects first, each checked on arrival, keys last.
///
/// Whatever has arrived is whole, so that a copy that was cut short goes on where it was, and several
/// may run at once, also while stages run on either side.
public struct StoreTransfer {
  /// What was copied and what was not.
  public struct Outcome: Sendable {
    /// Results that are new in the other store.
    public var copied = 0
    /// Results that were there already.
    public var present = 0
    /// Objects that were copied.
    public var objects = Amount()
    /// Objects that were there already.
    public var presentObjects = 0
    /// What is damaged in the store it comes from, by path, and what was therefore left out.
    public var damaged: [String] = []
    /// Results whose objects are not all there, which are no results, with what is missing.
    public var incomplete: [String] = []
    /// Keys under which the other store holds another result, which stays.
    public var divergent: [Digest] = []
  }

  /// Bytes that are copied before their results are published.
  private static let portion = 1 << 28

  private let source: ActionCache
  private let target: ActionCache
  private let threads: Int
  private var outcome = Outcome()
  /// Objects that are in the target for certain.
  private var arrived: Set<Digest> = []
  /// Objects that could not be copied.
  private var refused: Set<Digest> = []

  /// A copy between two stores that are not the same.
  public init(from source: ActionCache, to target: ActionCache, threads: Int) throws(StoreError) {
    let roots = [source, target].map { LocationScanner.realPath($0.layout.root) }
    guard roots[0] != roots[1] else {
      throw StoreError(path: target.layout.root, "is the store itself")
    }
    (self.source, self.target, self.threads) = (source, target, threads)
  }

  /// Copies some results, or all; `observe` hears of the outcome so far.
  ///
  /// - Throws: a disk that is full, or a store that cannot be written. What is damaged in the source
  ///   is left out and said in the outcome.
  public mutating func run(
    _ keys: [Digest]? = nil, observe: (Outcome) -> Void = { _ in }
  ) throws(StoreError) -> Outcome {
    // What arrives is named by no key yet; the announcement keeps collections off it.
    let announced = try LiveRun(
      "copy-\(StoreLayout.uniqueName())", record: source.layout.root + "/copy", in: target.layout)
    defer { withExtendedLifetime(announced) {} }
    var portion: [Candidate] = []
    var bytes = 0
    let wanted = if let keys { keys } else { try allKeys() }
    for key in wanted {
      guard let candidate = try examine(key) else { continue }
      portion.append(candidate)
      bytes += candidate.objects.reduce(0) { $0 + $1.size }
      if bytes >= Self.portion || portion.count >= 1024 {
        try copy(portion)
        announced.beat()
        observe(outcome)
        (portion, bytes) = ([], 0)
      }
    }
    try copy(portion)
    return outcome
  }

  /// A result that is to be copied, with its objects.
  private struct Candidate {
    let record: KeyRecord
    let bytes: [UInt8]
    let objects: [(digest: Digest, size: Int)]
  }

  private func allKeys() throws(StoreError) -> [Digest] {
    var keys: [Digest] = []
    try GarbageCollector.forEachFile(in: source.layout.keys, suffix: ".json") {
      key, _ throws(StoreError) in keys.append(key)
    }
    return keys
  }

  /// Reads a result and the lists of its files; `nil` if it is there already or cannot be used.
  private mutating func examine(_ key: Digest) throws(StoreError) -> Candidate? {
    let path = source.layout.file(for: key)
    let record: KeyRecord
    let bytes: [UInt8]
    do throws(StoreError) {
      guard let found = try source.record(key) else {
        outcome.incomplete.append("result \(key.short): not in \(source.layout.root)")
        return nil
      }
      record = found
      bytes = try OpenFile(reading: path, followLinks: false).readAll()
    } catch {
      outcome.damaged.append("\(error)")
      return nil
    }
    switch target.arrival(of: record) {
    case .present:
      outcome.present += 1
      return nil
    case .divergent:
      outcome.divergent.append(key)
      return nil
    case .new, nil: break
    }
    var objects: [(digest: Digest, size: Int)] = []
    do throws(StoreError) {
      for (port, artifact) in record.artifacts.sorted(by: { $0.key < $1.key }) {
        guard let files = try Reachability.files(of: artifact.digest, source).get() else {
          outcome.incomplete.append(
            "result \(key.short): the list of files of '\(port)' is missing")
          return nil
        }
        objects += files
      }
    } catch {
      let reason = error.reason.split(separator: ";").first ?? ""
      outcome.damaged.append("\(error.path): \(reason)")
      return nil
    }
    if let reason = source.missing(record) {
      outcome.incomplete.append("result \(key.short): \(reason)")
      return nil
    }
    // Logs and lists of files of locations are shown and compared, but a hit does without.
    let beside = Reachability.locations(of: record).map(\.digest) + (record.log.map { [$0] } ?? [])
    for digest in beside {
      let status = FileStatus(source.objects.path(digest), followLinks: false)
      if let status, status.kind == .file { objects.append((digest, status.size)) }
    }
    return Candidate(record: record, bytes: bytes, objects: objects)
  }

  private mutating func copy(_ candidates: [Candidate]) throws(StoreError) {
    var waiting: [Digest] = []
    for (digest, size) in candidates.flatMap(\.objects)
    where !arrived.contains(digest) && !refused.contains(digest) {
      arrived.insert(digest)
      if target.objects.reuse(digest, size: size) {
        outcome.presentObjects += 1
      } else {
        waiting.append(digest)
      }
    }
    let (source, target) = (source, target)
    let digests = waiting
    let results = ParallelMap.run(digests.count, threads: threads) { index in
      Result { () throws(StoreError) in
        try target.objects.copy(digests[index], from: source.objects)
      }
    }
    var failure: StoreError?
    for (digest, result) in zip(waiting, results) {
      do throws(StoreError) { outcome.objects.add(try result.get()) } catch {
        arrived.remove(digest)
        refused.insert(digest)
        if error.damaged { outcome.damaged.append("\(error)") } else { failure = failure ?? error }
      }
    }
    let whole = candidates.filter { candidate in
      candidate.objects.allSatisfy { arrived.contains($0.digest) }
    }
    let arrivals = try target.publish(arrivals: whole.map { ($0.record, $0.bytes) })
    for (candidate, arrival) in zip(whole, arrivals) {
      switch arrival {
      case .new: outcome.copied += 1
      case .present: outcome.present += 1
      case .divergent: outcome.divergent.append(candidate.record.key)
      }
    }
    if let failure { throw failure }
  }
}
