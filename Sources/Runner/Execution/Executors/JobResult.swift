internal import PipelineDSL
internal import Store

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
