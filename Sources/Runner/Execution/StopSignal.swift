internal import Dispatch
internal import Foundation

/// Turns an interrupt or a request to terminate into something a loop can wait for.
///
/// The first one asks the run to stop in order; the coordinator reads it from a pipe beside those of
/// its workers.
public struct StopSignal: ~Copyable {
  /// Readable once a signal came.
  let reading: Int32
  private let writing: Int32
  private let sources: [any DispatchSourceSignal]

  /// Starts to catch SIGINT, SIGTERM and SIGHUP.
  public init() throws(RunError) {
    // A worker that died between two jobs, or a reader of our output that left, is an error code of
    // `write`, no reason to die as well.
    signal(SIGPIPE, SIG_IGN)
    let pipe = try Pipe()
    Pipe.setNonBlocking(pipe.reading)
    (reading, writing) = (pipe.reading, pipe.writing)
    let end = pipe.writing
    sources = [SIGINT, SIGTERM, SIGHUP].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(
        signal: number, queue: DispatchQueue(label: "assay.signals"))
      source.setEventHandler { _ = write(end, [1], 1) }
      source.activate()
      return source
    }
  }

  deinit {
    for source in sources { source.cancel() }
    close(reading)
    close(writing)
  }

  /// Whether a signal came since the last call.
  func take() -> Bool {
    var bytes = [UInt8](repeating: 0, count: 64)
    return read(reading, &bytes, bytes.count) > 0
  }
}
