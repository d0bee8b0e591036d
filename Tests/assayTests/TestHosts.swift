import Foundation
import TestSupport

/// The hosts `a` and `b` on this machine, with one folder that sshfs brings to both; ended with the
/// value.
final class TestHosts {
  /// Whether this process may create hosts, and the programs are installed.
  static var areAvailable: Bool {
    let programs = ["/usr/bin/sshfs", "/usr/sbin/sshd", "/usr/bin/unshare", "/usr/bin/nsenter"]
    return getuid() == 0 && programs.allSatisfy(FileManager.default.isExecutableFile)
      && FileManager.default.isWritableFile(atPath: "/dev/fuse")
  }

  private static let script = Repository.path("Tests/Hosts/hosts")
  private let folder: TemporaryFolder

  /// The folder that both hosts see, by its path on them.
  var shared: String { folder.path("shared") }
  /// The same folder where the SSH server has it.
  var served: String { folder.path("served") }

  /// `options` are those of sshfs.
  init(options: String = "") throws {
    folder = try TemporaryFolder()
    try control("up", ["MOUNT_OPTIONS": options])
  }

  deinit { try? control("down") }

  private func control(_ command: String, _ variables: [String: String] = [:]) throws {
    let ending = try SpawnedProgram(
      [command, folder.path], in: folder.path, program: Self.script, environment: variables
    ).wait()
    guard ending.exit == 0 else { throw HarnessError("hosts \(command): \(ending.text)") }
  }

  /// Starts `assay` on a host, in a folder of the machine.
  ///
  /// It is the process of the returned value, which signals reach.
  func start(
    _ words: [String], on host: String, in working: String, patience: Int = 60
  ) throws -> SpawnedProgram {
    try SpawnedProgram(
      ["on", folder.path, host, SpawnedProgram.executable("assay")] + words, in: working,
      program: Self.script, environment: ["ASSAY_LEASE_SECONDS": String(patience)],
      ownsSession: true)
  }
}
