internal import Foundation

/// What standard output is connected to.
struct Terminal: Sendable {
  /// The size of a terminal.
  struct Size: Sendable, Hashable {
    var columns = 80
    var rows = 24
  }

  /// Whether lines can be replaced: it is a terminal, and not a dumb one.
  let isInteractive: Bool
  /// Whether colours are wanted.
  let isColoured: Bool

  /// Standard output as the environment describes it.
  init(environment: [String: String] = ProcessInfo.processInfo.environment) {
    let name = environment["TERM"] ?? ""
    isInteractive = isatty(1) == 1 && name != "dumb" && !name.isEmpty
    isColoured = isInteractive && (environment["NO_COLOR"] ?? "").isEmpty
  }

  /// The size now: it changes while a program runs.
  var size: Size {
    var size = winsize()
    guard ioctl(1, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else {
      return Size()
    }
    return Size(columns: Int(size.ws_col), rows: Int(size.ws_row))
  }

  /// Writes without buffering, so that the run can be followed in a file or through a pipe.
  ///
  /// If that fails because the reader exited or the disk is full, the run continues silently.
  func write(_ text: String) {
    try? FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
  }
}
