internal import Glibc
internal import PipelineDSL

/// Marks of runs: events in the record, outside the seal of the run.
extension RunRecords {
  /// Why a name is not a tag; `nil` if it is.
  public static func problem(ofTag name: String) -> String? {
    let isPlain = name.unicodeScalars.allSatisfy { scalar in
      scalar.properties.isAlphabetic || scalar.properties.numericType != nil
        || "-_.:/+".unicodeScalars.contains(scalar)
    }
    guard isPlain, !name.isEmpty, name.first != "-", LatestReference(name) == nil else {
      return "'\(name)' is not a tag: a tag consists of letters, digits and -_.:/+, and does not "
        + "begin like 'latest' or 'latest:demo', which mean the latest run"
    }
    return nil
  }

  /// Gives a run a tag; returns the run that had it before.
  ///
  /// Throws if a run's id begins with the name, since it could mean either.
  public func tag(_ run: String, as name: String) throws(StoreError) -> String? {
    let earlier = try self.run(tagged: name)
    guard try runs().allSatisfy({ !$0.run.id.hasPrefix(name) }) else {
      throw StoreError(
        path: path, "the id of a run begins with '\(name)'; choose another tag")
    }
    try mark(run, "tag", name)
    return earlier
  }

  /// Removes a tag; returns the run that had it, or `nil` if no run had it.
  public func untag(_ name: String) throws(StoreError) -> String? {
    guard let run = try self.run(tagged: name) else { return nil }
    try mark(run, "untag", name)
    return run
  }

  /// Pins or unpins a run; returns whether it already was in that state.
  public func pin(_ run: String, _ isPinned: Bool) throws(StoreError) -> Bool {
    if (try marks()[run]?.isPinned == true) == isPinned { return true }
    try mark(run, isPinned ? "pin" : "unpin", "")
    return false
  }

  /// Adds a note to a run.
  public func note(_ run: String, _ text: String) throws(StoreError) {
    try add(EventRow(run: run, kind: "note", subject: "", text: text, at: Self.now))
  }

  private func mark(_ run: String, _ kind: String, _ subject: String) throws(StoreError) {
    try add(EventRow(run: run, kind: kind, subject: subject, at: Self.now))
  }

  /// Seconds since 1970.
  private static var now: Double {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
