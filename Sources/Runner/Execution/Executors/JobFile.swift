internal import PipelineDSL
internal import Store

/// A job as a file for a worker on another machine.
struct JobFile: Sendable {
  /// The key that it computes.
  let key: Digest
  /// The run that submitted it.
  let run: String
  let job: WorkerJob
  /// The versions of the libraries that the key contains: a node with others must not compute it.
  let libraries: [String: String]

  /// Creates the file of a job.
  init(key: Digest, run: String, job: WorkerJob, libraries: [String: String]) {
    (self.key, self.run, self.job, self.libraries) = (key, run, job, libraries)
  }

  /// The name of the file of a key in its batch.
  static func name(_ key: Digest) -> String { key.hex + ".job" }

  /// Decodes what `bytes` contains; `nil` for anything else.
  init?(_ bytes: [UInt8]) {
    guard let json = try? JSONParser.parse(bytes),
      let key = json["key"]?.text.flatMap({ Digest(hex: $0) }), let run = json["run"]?.text,
      let job = json["job"].flatMap({ WorkerJob(json: $0) }),
      let libraries = json["libraries"]?.object
    else { return nil }
    (self.key, self.run, self.job) = (key, run, job)
    self.libraries = Dictionary(
      libraries.members.compactMap { member in member.value.text.map { (member.name, $0) } }
    ) { first, _ in first }
  }

  var bytes: [UInt8] {
    let libraries = libraries.sorted { $0.key < $1.key }.map {
      ($0.key, JSONValue.string($0.value))
    }
    return JSONCanonicalForm.bytes(
      of: [
        "key": .string(key.hex), "run": .string(run), "job": job.json,
        "libraries": .object(JSONObject(libraries)),
      ])
  }
}
