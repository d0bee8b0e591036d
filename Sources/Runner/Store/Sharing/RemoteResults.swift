public import PipelineDSL

/// The results of a remote that a run takes instead of computing them.
///
/// The remote was listed once. If it fails later, it is left out from then on, with a note: a run
/// does not fail because a remote does.
public struct RemoteResults: Sendable {
  private let remote: any Remote
  private let own: ActionCache
  private let threads: Int
  private var listing: RemoteListing
  private var notes: [String] = []

  /// The results of a remote, as listed; those that a run needs go to its store.
  public init(
    _ remote: any Remote, _ listing: RemoteListing, into own: ActionCache, threads: Int
  ) {
    (self.remote, self.listing, self.own, self.threads) = (remote, listing, own, threads)
  }

  /// Fetches the results of those keys that the remote has; returns these keys.
  public mutating func fetch(_ keys: [Digest]) -> Set<Digest> {
    // A result that cannot be used is not tried again.
    let known = keys.filter { listing.keys[$0] != nil }
    guard !known.isEmpty else { return [] }
    do throws(StoreError) {
      let outcome = try remote.pull(known, into: own, listing: listing, threads: threads)
      note(outcome)
    } catch {
      notes.append("\(error); the run continues without \(remote.name)")
      listing = RemoteListing()
    }
    for key in known { listing.keys[key] = nil }
    return Set(known)
  }

  private mutating func note(_ outcome: TransferOutcome) {
    if outcome.copied > 0 {
      notes.append(
        "\(outcome.copied) \(outcome.copied == 1 ? "result" : "results") and "
          + "\(ByteCount.text(outcome.objects.bytes)) from \(remote.name)")
    }
    let unusable = outcome.damaged + outcome.incomplete
    if let first = unusable.first {
      let rest = unusable.count > 1 ? " (and \(unusable.count - 1) more)" : ""
      notes.append("cannot be used from \(remote.name): \(first)\(rest)")
    }
  }

  /// What happened since the last call, for display.
  public mutating func takeNotes() -> [String] {
    defer { notes = [] }
    return notes
  }
}
