internal import Glibc
internal import PipelineDSL

/// The content of a lease file: who computes the result of a key, and how earlier holders failed.
///
/// Stored as a JSON object. Content that cannot be parsed was truncated by a crash or a full disk
/// and is ignored.
public struct Lease: Sendable, Hashable {
  /// The holder of a lease.
  public struct Holder: Sendable, Hashable {
    /// The name of the machine.
    public let host: String
    /// The boot id of the machine's kernel; empty if unknown.
    public let boot: String
    /// The process id of the coordinator.
    public let process: Int
    /// The run's id.
    public let run: String
    /// A random number that identifies this lease.
    public let nonce: String
  }

  /// How a holder failed.
  public struct Failure: Sendable, Hashable {
    /// The nonce of the failed lease.
    public let nonce: String
    /// The run that failed.
    public let run: String
    /// The machine it ran on.
    public let host: String
    /// Why it failed.
    public let reason: String
    /// How to fix the problem, if known.
    public let hint: String?
    /// The folder of the attempt, relative to the store's `scratch`.
    public let attempt: String
    /// The time limit of the cell in seconds, if it failed because it exceeded it.
    public let limit: Int?
  }

  /// The number of failures kept, the latest ones; each is for those that wait at that moment.
  private static let keptFailures = 4
  /// The number of characters of a reason kept, so that a lease fits into one block of the disk.
  private static let keptReason = 600

  /// The current or last holder.
  public let holder: Holder
  /// A counter that the holder increments while it lives.
  var beat = 0
  /// The number of the holder's attempt at the key: 1, and one more for each earlier holder that
  /// failed or died.
  let attempt: Int
  /// The failures of this holder and of those before it, latest last.
  private(set) var failures: [Failure]

  init(holder: Holder, after earlier: Lease? = nil) {
    self.holder = holder
    attempt = (earlier?.attempt ?? 0) + 1
    failures = earlier?.failures ?? []
  }

  /// Whether the holder has ended without a result.
  var hasEnded: Bool { failures.last?.nonce == holder.nonce }

  /// Records that the holder failed.
  mutating func fail(reason: String, hint: String?, attempt: String, limit: Int?) {
    failures.append(
      Failure(
        nonce: holder.nonce, run: holder.run, host: holder.host,
        reason: String(reason.prefix(Self.keptReason)),
        hint: hint.map { String($0.prefix(Self.keptReason)) }, attempt: attempt, limit: limit))
    failures = failures.suffix(Self.keptFailures)
  }
}

// MARK: - The stored text

extension Lease {
  /// The lease as it is stored.
  var bytes: [UInt8] {
    let json: JSONValue = [
      "host": .string(holder.host), "boot": .string(holder.boot),
      "process": .integer(holder.process), "run": .string(holder.run),
      "nonce": .string(holder.nonce), "beat": .integer(beat), "attempt": .integer(attempt),
      "failures": .array(
        failures.map { failure in
          [
            "nonce": .string(failure.nonce), "run": .string(failure.run),
            "host": .string(failure.host), "reason": .string(failure.reason),
            "hint": failure.hint.map { .string($0) } ?? .null,
            "attempt": .string(failure.attempt),
            "limit": failure.limit.map { .integer($0) } ?? .null,
          ]
        }),
    ]
    return JSONCanonicalForm.bytes(of: json) + [10]
  }

  /// Parses a stored lease; `nil` for anything that is not a lease.
  init?(parsing bytes: [UInt8]) {
    guard let json = try? JSONParser.parse(bytes), let host = json["host"]?.text,
      let boot = json["boot"]?.text, let process = json["process"]?.whole,
      let run = json["run"]?.text, let nonce = json["nonce"]?.text,
      let beat = json["beat"]?.whole, let listed = json["failures"]?.elements
    else { return nil }
    holder = Holder(host: host, boot: boot, process: process, run: run, nonce: nonce)
    self.beat = beat
    attempt = max(1, json["attempt"]?.whole ?? 1)
    failures = []
    for json in listed {
      guard let nonce = json["nonce"]?.text, let run = json["run"]?.text,
        let host = json["host"]?.text, let reason = json["reason"]?.text,
        let attempt = json["attempt"]?.text, Self.staysInside(attempt)
      else { return nil }
      failures.append(
        Failure(
          nonce: nonce, run: run, host: host, reason: reason, hint: json["hint"]?.text,
          attempt: attempt, limit: json["limit"]?.whole))
    }
  }

  /// Whether a relative path stays below its base.
  private static func staysInside(_ path: String) -> Bool {
    let steps = path.split(separator: "/", omittingEmptySubsequences: false)
    return !steps.contains { $0.isEmpty || $0 == "." || $0 == ".." }
  }
}

extension Lease.Holder {
  /// This process as the holder of a lease with a new nonce.
  init(run: String, host: String, boot: String) {
    self.init(
      host: host, boot: boot, process: Int(getpid()), run: run,
      nonce: String(UInt64.random(in: 0 ... .max), radix: 36))
  }

  /// The name of this machine and the boot id of its kernel.
  static var here: (host: String, boot: String) {
    var name = [CChar](repeating: 0, count: 256)
    let host =
      gethostname(&name, name.count - 1) == 0
      ? String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self) : ""
    let file = try? OpenFile(reading: "/proc/sys/kernel/random/boot_id").readAll()
    return (host, String(decoding: (file ?? []).filter { $0 > 32 }, as: UTF8.self))
  }
}
