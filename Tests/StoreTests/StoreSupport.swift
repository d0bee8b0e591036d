import Foundation
import Glibc
import PipelineDSL
import TestSupport

@testable import Store

extension TemporaryFolder {
  /// A new store in the folder.
  func store(_ name: String = "store") throws -> ObjectStore {
    ObjectStore(try StoreLayout(root: path(name)))
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
