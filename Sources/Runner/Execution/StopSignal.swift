internal import Dispatch
internal import Foundation

/// Turns signals, by default SIGINT, SIGTERM and SIGHUP, into something a loop can wait for.
///
/// The first signal asks the run to stop cleanly; the coordinator reads it from a pipe, together
/// with the pipes of its workers.
public struct StopSignal: ~Copyable {
  /// Readable once a signal has arrived.
  let reading: Int32
  private let writing: Int32
  private let sources: [any DispatchSourceSignal]

  /// Starts catching SIGINT, SIGTERM and SIGHUP.
  public init() throws(RunError) { try self.init([SIGINT, SIGTERM, SIGHUP]) }

  /// Starts catching signals.
  init(_ signals: [Int32]) throws(RunError) {
    // If a worker died between two jobs, or the reader of our output has gone, `write` returns an
    // error; this process must not die as well.
    signal(SIGPIPE, SIG_IGN)
    let pipe = try Pipe()
    Pipe.setNonBlocking(pipe.reading)
    (reading, writing) = (pipe.reading, pipe.writing)
    let end = pipe.writing
    sources = signals.map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(
        signal: number, queue: DispatchQueue(label: "assay.signals"))
      source.setEventHandler { _ = write(end, [UInt8(truncatingIfNeeded: number)], 1) }
      source.activate()
      return source
    }
  }

  deinit {
    for source in sources { source.cancel() }
    close(reading)
    close(writing)
  }

  /// Whether a signal has arrived since the last call.
  func take() -> Bool { !takeAll().isEmpty }

  /// The signals that have arrived since the last call.
  func takeAll() -> [Int32] {
    var bytes = [UInt8](repeating: 0, count: 64)
    let count = read(reading, &bytes, bytes.count)
    return bytes.prefix(max(0, count)).map { Int32($0) }
  }
}
