internal import Foundation

/// How wide output may be.
enum TerminalWidth {
  /// The width of the terminal that standard output goes to; `nil` for a pipe or a file, to which
  /// everything is written in full.
  static var ofOutput: Int? {
    guard isatty(1) == 1 else { return nil }
    return ofEnvironment ?? Terminal().size.columns
  }

  /// The width of help: that of the terminal up to 100 columns, which are long enough to read, or 80.
  static var ofHelp: Int { min(100, max(40, ofOutput ?? ofEnvironment ?? 80)) }

  private static var ofEnvironment: Int? {
    ProcessInfo.processInfo.environment["COLUMNS"].flatMap { Int($0) }
      .flatMap { $0 > 0 ? $0 : nil }
  }
}
