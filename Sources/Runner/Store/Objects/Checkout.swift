internal import Glibc
internal import PipelineDSL

/// Puts the files of an artifact into a folder, for use by other programs.
public enum Checkout {
  /// How a file is put into the folder.
  public enum Mode: String, Sendable, Hashable {
    /// As a copy, verified against its digest.
    case copy
    /// As a hard link to the read-only object, which takes no space; as a copy where links are
    /// impossible, such as on another disk.
    case link
  }

  /// Puts an artifact into a folder that does not exist yet or is empty.
  ///
  /// The folder appears complete or not at all.
  ///
  /// - Throws: `StoreError` if the folder is in use, an object is missing or damaged, or the disk
  ///   is full.
  public static func materialise(
    _ manifest: ArtifactManifest, from objects: ObjectStore, to folder: String, mode: Mode
  ) throws(StoreError) {
    var folder = folder
    while folder.count > 1, folder.hasSuffix("/") { folder.removeLast() }
    if let status = FileStatus(folder, followLinks: false) {
      guard status.kind == .folder, try Folder.entries(folder).isEmpty else {
        throw StoreError(path: folder, "is not empty; name a new or empty folder")
      }
    }
    let partial = "\(folder).\(StoreLayout.uniqueName())"
    try Folder.create(partial)
    do throws(StoreError) {
      for file in manifest.files {
        guard ArtifactManifest.isPlain(file.path) else {
          throw StoreError(path: file.path, "leads out of the artifact", damaged: true)
        }
        let target = partial + "/" + file.path
        if let slash = file.path.lastIndex(of: "/") {
          try Folder.create(partial + "/" + file.path[..<slash])
        }
        try lay(file, objects, target, mode)
      }
      guard rename(partial, folder) == 0 else {
        throw StoreError(path: folder, "cannot be put in place", code: errno)
      }
    } catch {
      Folder.remove(partial)
      throw error
    }
  }

  private static func lay(
    _ file: ArtifactManifest.File, _ objects: ObjectStore, _ target: String, _ mode: Mode
  ) throws(StoreError) {
    let source = objects.path(file.digest)
    guard objects.contains(file.digest, size: file.size) else {
      throw StoreError(
        path: source, "the object of \(file.path) is missing or has another size", damaged: true)
    }
    if mode == .link {
      if link(source, target) == 0 { return }
      guard [EXDEV, EMLINK, EPERM, EACCES, EOPNOTSUPP, ENOSYS].contains(errno) else {
        throw StoreError(path: target, "cannot be linked", code: errno)
      }
    }
    let (digest, _) = try OpenFile(creating: target).copy(
      from: try OpenFile(reading: source, followLinks: false))
    guard digest == file.digest else {
      throw StoreError(path: source, "the content does not match its digest", damaged: true)
    }
  }
}
