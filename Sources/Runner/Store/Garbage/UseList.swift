internal import PipelineDSL

/// What a run uses of the store, as a text file that grows while the run is active.
///
/// `# name value` is a property of the run; `<sha256>` is a key, followed by the seconds that
/// computing its result took if the run did so; `object <sha256>` is an object that no key refers
/// to, such as the log of a failure; `artifact <sha256>` is an artifact with all its files.
struct UseList: Sendable, Hashable {
  var header: [String: String] = [:]
  var keys: Set<Digest> = []
  /// The seconds that computing a key's result took, where known.
  var seconds: [Digest: Double] = [:]
  var objects: Set<Digest> = []
  var artifacts: Set<Digest> = []

  init() {}

  /// Parses a list; ignores a last line without a line break, which is still being written.
  init(parsing bytes: [UInt8], path: String) throws(StoreError) {
    var rest = bytes[...]
    var number = 0
    while let end = rest.firstIndex(of: 10) {
      number += 1
      let line = String(decoding: rest[..<end], as: UTF8.self)
      rest = rest[(end + 1)...]
      guard read(line) else {
        throw StoreError(
          path: path, "line \(number) is not a valid line of a key list", damaged: true)
      }
    }
  }

  private mutating func read(_ line: String) -> Bool {
    let words = line.split(separator: " ", maxSplits: 2)
    switch (words.first, words.count) {
    case ("#", 3): header[String(words[1])] = String(words[2])
    case ("object", 2):
      guard let digest = Digest(hex: words[1]) else { return false }
      objects.insert(digest)
    case ("artifact", 2):
      guard let digest = Digest(hex: words[1]) else { return false }
      artifacts.insert(digest)
    case (let word?, 1), (let word?, 2):
      guard let digest = Digest(hex: word) else { return false }
      keys.insert(digest)
      guard words.count == 2 else { return true }
      guard let time = Double(words[1]) else { return false }
      seconds[digest] = time
    default: return false
    }
    return true
  }

  /// Adds the entries of another list.
  mutating func add(_ other: UseList) {
    keys.formUnion(other.keys)
    objects.formUnion(other.objects)
    artifacts.formUnion(other.artifacts)
    seconds.merge(other.seconds) { $1 }
  }

  /// The list as it is stored.
  var bytes: [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(keys.count * 70)
    for (name, value) in header.sorted(by: { $0.key < $1.key }) {
      out += "# \(name) \(value)\n".utf8
    }
    for key in keys.sorted() { out += Self.line(key, seconds: seconds[key]).utf8 }
    for object in objects.sorted() { out += "object \(object.hex)\n".utf8 }
    for artifact in artifacts.sorted() { out += "artifact \(artifact.hex)\n".utf8 }
    return out
  }

  /// The line of a key.
  static func line(_ key: Digest, seconds: Double? = nil) -> String {
    seconds.map { "\(key.hex) \($0)\n" } ?? "\(key.hex)\n"
  }
}
