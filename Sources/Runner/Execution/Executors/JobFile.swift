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
    let libraries = libraries.sorted { $0.key < $1.key }.map { ($0.key, JSONValue.string($0.value)) }
    return JSONCanonicalForm.bytes(
      of: [
        "key": .string(key.hex), "run": .string(run), "job": job.json,
        "libraries": .object(JSONObject(libraries)),
      ])
  }
}

/// The names of the files that workers write into their batch: `<key>.<job>.<restart>.<what>`.
///
/// Every attempt has names of its own, because a cluster may run two copies of a job at once.
struct AttemptName: Sendable, Hashable {
  /// What a file says about an attempt.
  enum Mark: String, Sendable, CaseIterable {
    /// It began, where and when.
    case started
    /// How far it is.
    case progress
    /// Its time limit comes near.
    case limit
    /// It was asked to stop.
    case stopped
    /// How it ended; nothing else counts as an end.
    case result
  }

  let key: Digest
  /// The number of the job.
  let job: String
  /// How often the cluster had started the job again by itself.
  let restart: Int

  func file(_ mark: Mark) -> String { "\(key.hex).\(job).\(restart).\(mark.rawValue)" }

  /// The order of attempts, latest last; numbers of jobs grow.
  static func precedes(_ left: AttemptName, _ right: AttemptName) -> Bool {
    (Int(left.job) ?? 0, left.restart) < (Int(right.job) ?? 0, right.restart)
  }

  /// The attempt and the mark of a file's name; `nil` for other files.
  static func parse(_ name: String) -> (attempt: AttemptName, mark: Mark)? {
    let parts = name.split(separator: ".")
    guard parts.count == 4, let key = Digest(hex: String(parts[0])), let restart = Int(parts[2]),
      let mark = Mark(rawValue: String(parts[3]))
    else { return nil }
    return (AttemptName(key: key, job: String(parts[1]), restart: restart), mark)
  }
}

/// How an attempt at a remote job ended.
struct JobResult: Sendable {
  /// What the worker said, or how it ended without saying anything.
  enum Ending: Sendable {
    case reply(WorkerReply)
    case ended(ProcessEnd)
  }

  let ending: Ending
  let node: String
  /// When it began, in seconds since 1970.
  let started: Double
  let seconds: Double
  /// The scratch folder of the attempt.
  let attempt: String

  init(_ ending: Ending, node: String, started: Double, seconds: Double, attempt: String) {
    (self.ending, self.node, self.started) = (ending, node, started)
    (self.seconds, self.attempt) = (seconds, attempt)
  }

  /// Decodes what `bytes` contains; `nil` for anything else.
  init?(_ bytes: [UInt8]) {
    guard let json = try? JSONParser.parse(bytes), let node = json["node"]?.text,
      let started = json["started"]?.real, let seconds = json["seconds"]?.real,
      let attempt = json["attempt"]?.text
    else { return nil }
    if let reply = json["reply"].flatMap({ WorkerReply(json: $0) }) {
      ending = .reply(reply)
    } else if let signal = json["signal"]?.text {
      ending = .ended(.signalled(signal))
    } else if let code = json["exit"]?.whole {
      ending = .ended(.exited(code))
    } else {
      return nil
    }
    (self.node, self.started, self.seconds, self.attempt) = (node, started, seconds, attempt)
  }

  var bytes: [UInt8] {
    var object: JSONObject = [
      "node": .string(node), "started": .number(started), "seconds": .number(seconds),
      "attempt": .string(attempt),
    ]
    switch ending {
    case .reply(let reply): object["reply"] = reply.json
    case .ended(.exited(let code)): object["exit"] = .integer(code)
    case .ended(.signalled(let name)): object["signal"] = .string(name)
    }
    return JSONCanonicalForm.bytes(of: .object(object))
  }
}
