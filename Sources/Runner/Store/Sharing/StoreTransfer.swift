internal import Glibc
public import PipelineDSL

/// Copies results from one store to another: objects first, each verified, keys last.
///
/// Whatever has arrived is complete, so an interrupted copy resumes where it was. Several copies
/// may run at once, even while stages run in either store.
public struct StoreTransfer {
  /// The outcome of a copy.
  public struct Outcome: Sendable {
    /// The number of results that are new in the other store.
    public var copied = 0
    /// The number of results that were present already.
    public var present = 0
    /// The objects that were copied.
    public var objects = Amount()
    /// The number of objects that were present already.
    public var presentObjects = 0
    /// What is damaged in the source, by path, and was therefore left out.
    public var damaged: [String] = []
    /// Results that lack objects and were therefore left out, with what is missing.
    public var incomplete: [String] = []
    /// Keys under which the other store has a different result, which stays.
    public var divergent: [Digest] = []
  }

  /// The number of bytes to copy before their results are published.
  private static let portion = 1 << 28

  private let source: ActionCache
  private let target: ActionCache
  private let threads: Int
  private var outcome = Outcome()
  /// Objects that are certainly in the target.
  private var arrived: Set<Digest> = []
  /// Objects that could not be copied.
  private var refused: Set<Digest> = []

  /// Prepares a copy between two different stores.
  public init(from source: ActionCache, to target: ActionCache, threads: Int) throws(StoreError) {
    let roots = [source, target].map { LocationScanner.realPath($0.layout.root) }
    guard roots[0] != roots[1] else {
      throw StoreError(path: target.layout.root, "source and target are the same store")
    }
    (self.source, self.target, self.threads) = (source, target, threads)
  }

  /// Copies some results, or all; `observe` is called with the outcome so far.
  ///
  /// - Throws: `StoreError` if the disk is full or a store cannot be written. What is damaged in
  ///   the source is left out and listed in the outcome.
  public mutating func run(
    _ keys: [Digest]? = nil, observe: (Outcome) -> Void = { _ in }
  ) throws(StoreError) -> Outcome {
    // No key refers to the copied objects yet; the announcement protects them from collections.
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

  /// A result to copy, with its objects.
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

  /// Reads a result and its manifests; `nil` if the target has the key already or it cannot be
  /// used.
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
    // Logs and file lists of locations are shown and compared, but a hit does not need them.
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
