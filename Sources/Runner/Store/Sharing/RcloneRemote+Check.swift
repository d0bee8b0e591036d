internal import PipelineDSL

extension RcloneRemote {
  /// Reads every key file and manifest there, and compares the sizes of all objects with the
  /// listing; with `digests`, rclone reads all objects too.
  public func check(digests: Bool, threads: Int) throws(StoreError) -> StoreCheck {
    let listing = try existing()
    var check = StoreCheck(readsObjects: digests)
    for path in listing.strangers.sorted() {
      check.add(damage: "\(name)/\(path): is neither an object nor a result")
    }
    for size in listing.objects.values { check.add(object: size) }
    let keys = listing.keys.keys.sorted()
    for start in stride(from: 0, to: keys.count, by: 4096) {
      let staging = try RemoteStaging(in: temporary)
      defer { staging.remove() }
      var reader = RemoteReader(remote: self, listing: listing, staging: staging)
      let records = try reader.records(Array(keys[start..<min(start + 4096, keys.count)]))
      try reader.fetchManifests(records)
      for record in records { _ = reader.files(of: record) }
      check.add(reader.outcome, results: records.count)
    }
    guard digests else { return check }
    let found = try self.digests()
    for object in listing.objects.keys.sorted() where found[object] != object {
      let path = "\(name)/objects/\(StoreLayout.split(object.hex))"
      check.add(
        damage: found[object] == nil
          ? "\(path): cannot be read" : "\(path): the content does not match its digest")
    }
    return check
  }
}
