import Foundation
import Glibc
import PipelineDSL

@testable import Store

/// A folder for one test, removed with its content when the test ends.
final class TemporaryFolder: Sendable {
  let path: String

  init() throws {
    let base = FileManager.default.temporaryDirectory.resolvingSymlinksInPath().path
    path = base + "/assay-store-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { Folder.remove(path) }

  /// Writes a file below the folder, creating parent folders; returns its path.
  @discardableResult
  func write(_ name: String, _ text: String) throws -> String {
    let file = path + "/" + name
    let url = URL(fileURLWithPath: file)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
    return file
  }

  func read(_ name: String) throws -> String {
    String(decoding: try OpenFile(reading: path + "/" + name).readAll(), as: UTF8.self)
  }

  func store(_ name: String = "store") throws -> ObjectStore {
    ObjectStore(try StoreLayout(root: path + "/" + name))
  }
}

/// Overwrites an object in the store, as a broken disk does.
func damage(_ path: String, _ text: String) throws {
  unlink(path)
  try OpenFile(creating: path).write(Array(text.utf8))
}

/// Sets the access and modification times of a file, in nanoseconds since 1970.
func setModified(_ path: String, _ time: Int) {
  let stamp = timespec(tv_sec: time / 1_000_000_000, tv_nsec: time % 1_000_000_000)
  utimensat(AT_FDCWD, path, [stamp, stamp], 0)
}

/// The names in a folder, sorted.
func names(in path: String) throws -> [String] { try Folder.entries(path).map(\.name) }
