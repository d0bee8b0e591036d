internal import Glibc
public import PipelineDSL

/// Copies results from one store to another: objects first, each verified, keys last.
///
/// Whatever has arrived is complete, so an interrupted copy resumes where it was. Several copies
/// may run at once, even while stages run in either store.
public struct StoreTransfer {
  /// The number of bytes to copy before their results are published.
  private static let portion = 1 << 28

  private let source: ActionCache
  private let target: ActionCache
  private let threads: Int
  private var outcome = TransferOutcome()
  /// Objects that are certainly in the target.
  private var arrived: Set<Digest> = []
  /// Objects that could not be copied.
  private var refused: Set<Digest> = []

  /// Prepares a copy between two different stores; `arrived` are objects that this copy has brought
  /// to the target already.
  public init(
    from source: ActionCache, to target: ActionCache, threads: Int, arrived: Set<Digest> = []
  ) throws(StoreError) {
    let roots = [source, target].map { LocationScanner.realPath($0.layout.root) }
    guard roots[0] != roots[1] else {
      throw StoreError(path: target.layout.root, "source and target are the same store")
    }
    (self.source, self.target, self.threads) = (source, target, threads)
    self.arrived = arrived
  }

  /// Copies some results, or all; `observe` is called with the outcome so far.
  ///
  /// - Throws: `StoreError` if the disk is full or a store cannot be written. What is damaged in
  ///   the source is left out and listed in the outcome.
  public mutating func run(
    _ keys: [Digest]? = nil, observe: (TransferOutcome) -> Void = { _ in }
  ) throws(StoreError) -> TransferOutcome {
    // No key refers to the copied objects yet; the announcement protects them from collections.
    let announced = try LiveRun(
      "copy-\(StoreLayout.uniqueName())", record: source.layout.root + "/copy", in: target.layout)
    defer { withExtendedLifetime(announced) {} }
    var portion: [TransferCandidate] = []
    var bytes = 0
    let wanted = if let keys { keys } else { try source.keys() }
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

  /// Reads a result and its manifests; `nil` if the target has the key already or it cannot be
  /// used.
  private mutating func examine(_ key: Digest) throws(StoreError) -> TransferCandidate? {
    do throws(TransferRefusal) {
      let (record, bytes) = try TransferCandidate.record(key, in: source)
      switch target.arrival(of: record) {
      case .present:
        outcome.present += 1
        return nil
      case .divergent:
        outcome.divergent.append(key)
        return nil
      case .new, nil:
        return try TransferCandidate(record, bytes, in: source, completedBy: target)
      }
    } catch {
      outcome.add(error)
      return nil
    }
  }

  private mutating func copy(_ candidates: [TransferCandidate]) throws(StoreError) {
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
