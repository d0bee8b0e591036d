import Foundation

/// Programs of the machine that a test uses if they are there.
package enum InstalledProgram {
  /// The path of a program in `PATH`; `nil` if it is not installed.
  package static func path(_ name: String) -> String? {
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
      .map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
  }
}
