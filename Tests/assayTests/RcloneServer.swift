import Foundation
import TestSupport

/// A server on the loopback device that rclone reaches; stopped when the value is deinitialised.
final class RcloneServer {
  /// The kinds of servers: two of rclone's own, and an S3 server in Python.
  enum Kind: String, CaseIterable {
    case webdav, sftp, s3

    /// Why tests with it must be skipped; `nil` if it can be started.
    var lack: String? {
      if InstalledProgram.path("rclone") == nil { return "rclone is not installed" }
      guard self == .s3, InstalledProgram.path("moto_server") == nil else { return nil }
      return "moto_server is not installed (pip install 'moto[server]')"
    }
  }

  /// Variables for programs that use it: rclone's S3 cannot use certificates from a variable.
  static let environment = ["AWS_CA_BUNDLE": ""]

  /// The remote of this server, as the command line names it.
  let remote: String
  private let program: SpawnedProgram

  init(_ kind: Kind, in folder: String) throws {
    let port = Self.freePort()
    let words: [String]
    switch kind {
    case .webdav:
      words = ["rclone", "serve", "webdav", "--addr", "127.0.0.1:\(port)", folder]
      remote = "rclone::webdav,url='http://127.0.0.1:\(port)',vendor=other:store"
    case .sftp:
      words = [
        "rclone", "serve", "sftp", "--addr", "127.0.0.1:\(port)", "--user", "any", "--pass", "any",
        folder,
      ]
      // rclone takes passwords in its own disguise only.
      let rclone = InstalledProgram.path("rclone") ?? "rclone"
      let pass = try SpawnedProgram(["obscure", "any"], in: folder, program: rclone).wait().output
        .trimmingCharacters(in: .whitespacesAndNewlines)
      remote =
        "rclone::sftp,host=127.0.0.1,port=\(port),user=any,pass=\(pass),shell_type=none:store"
    case .s3:
      words = ["moto_server", "-H", "127.0.0.1", "-p", "\(port)"]
      remote =
        "rclone::s3,provider=Other,endpoint='http://127.0.0.1:\(port)',access_key_id=a,"
        + "secret_access_key=b,region=us-east-1,force_path_style=true:bucket/store"
    }
    guard let path = InstalledProgram.path(words[0]) else {
      throw HarnessError("\(words[0]) is not installed")
    }
    program = try SpawnedProgram(Array(words.dropFirst()), in: folder, program: path)
    let isUp = eventually { Self.answers(port) }
    guard isUp else { throw HarnessError("\(words[0]) does not answer") }
  }

  /// Stops the server, as a host that goes away.
  func stop() { kill(program.process, SIGKILL) }

  deinit { stop() }

  /// A port that no program listens to at the moment.
  private static func freePort() -> Int {
    while true {
      let port = Int.random(in: 20_000..<60_000)
      if !answers(port) { return port }
    }
  }

  private static func answers(_ port: Int) -> Bool {
    let end = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(end) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    return withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(end, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
  }
}
