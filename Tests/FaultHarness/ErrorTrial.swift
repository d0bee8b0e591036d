import Foundation
import PipelineDSL

/// System calls that fail: once, a few times, or from then on.
enum ErrorTrial: Trial {
  static let name = "errors"
  static let summary = "fsync, rename, open, write and others fail: EIO, ENOSPC, EMFILE, ..."

  static var callLists: [String] { errors.map(\.calls) }

  /// Calls and the errors they can return.
  static let errors: [(calls: String, codes: [Int32])] = [
    ("fsync,syncfs", [EIO, ENOSPC]), ("rename", [EIO, ENOSPC, EACCES]),
    ("open", [EMFILE, ENFILE, EACCES, ENOSPC, EIO]), ("open-read", [EMFILE, EIO, EACCES]),
    ("write", [ENOSPC, EIO, EDQUOT]), ("mkdir", [ENOSPC, EACCES]), ("link", [ENOSPC, EIO, EPERM]),
    ("unlink", [EIO, EACCES]), ("read", [EIO]), ("fchmod", [EPERM, EIO]),
    ("ftruncate", [EIO, ENOSPC]), ("symlink", [ENOSPC]),
  ]

  /// The messages of libraries that do not pass on the system's message.
  private static let otherWords = [
    "disk I/O error", "unable to open", "disk is full", "cannot be read", "its worker ended",
    // SQLite's message for EIO while reading.
    "malformed",
  ]

  static func run(
    _ number: Int, _ subject: Subject, _ laboratory: Laboratory,
    _ draws: inout RandomStream
  ) throws -> String {
    let store = "stores/\(number)"
    let (calls, codes) = errors[number % errors.count]
    let call = 1 + draws.below(max(1, laboratory.calls[calls] ?? 1))
    let code = draws.pick(codes)
    let span = draws.pick([1, 1, 3, 0])
    let isShort = calls == "write" && draws.below(4) == 0
    let fault = try FaultLibrary(library: laboratory.library)
    let ending = try subject.run(
      store: store, ["-j", draws.pick(["1", "2"])],
      fault.faulty(
        isShort ? .short : .error, at: call, of: calls, below: subject.folder, error: code,
        count: span))
    let name = isShort ? "short write" : "\(calls): \(String(cString: strerror(code)))"
    do {
      // A location of which no file can be read is treated as missing.
      let isLocation = ending.exit == 3 && ending.text.contains("the location")
      try require(
        [0, 1, 6].contains(ending.exit) || isLocation && ["open-read", "read"].contains(calls),
        "it ended with \(ending.exit):\n\(ending.text)")
      try require(!isShort || ending.exit == 0, "a short write is no error:\n\(ending.text)")
      try require(
        ending.exit == 0 || ending.text.contains(String(cString: strerror(code)))
          || otherWords.contains { ending.text.contains($0) },
        "the error is not named:\n\(ending.text)")
      if ending.exit == 0 { try subject.expect(laboratory.reference, in: store) }
      try subject.expectRecovery(laboratory.reference, in: store, done: Set(ending.done))
    } catch {
      throw FaultHarnessError(
        "\(name) at call \(call) (\(span == 0 ? "all that follow" : "\(span) in a row")), "
          + "\(fault.what): \(error)")
    }
    guard fault.fired > 0 else { return "not reached" }
    return ending.exit == 0 ? "\(calls): went on" : "\(calls): exit \(ending.exit)"
  }
}
