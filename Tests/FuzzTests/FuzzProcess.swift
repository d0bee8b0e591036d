import Foundation
import TestSupport

/// The fuzzer, started as by a user and run to its end.
enum FuzzProcess {
  /// The folder of the tests, whose fixtures contain the seeds.
  static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().path

  /// Runs it with arguments.
  static func run(_ arguments: [String]) throws -> SpawnedProgram.Ending {
    try SpawnedProgram(
      arguments, in: "/", program: "assay-fuzz", environment: ["SWIFT_BACKTRACE": "enable=no"]
    ).wait()
  }
}
