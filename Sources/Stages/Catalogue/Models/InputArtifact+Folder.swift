internal import Foundation
internal import PipelineDSL

extension InputArtifact {
  /// The files below a folder of the artifact, named relative to it, as an artifact of its own.
  ///
  /// Each is still verified when it is read. Messages name the folder after the stage.
  func folder(_ name: String) -> InputArtifact {
    let start = name + "/"
    var inner: [String: String] = [:]
    for (file, path) in files where file.hasPrefix(start) {
      inner[String(file.dropFirst(start.count))] = path
    }
    return InputArtifact(
      digest: digest, coordinates: coordinates, stage: stage + "/" + name, files: inner
    ) { (file: String) throws(StageError) in _ = try path(start + file) }
  }

  /// Copies files of the artifact to paths below a folder, which are created.
  ///
  /// `names` pairs the path in the artifact with the path below the folder. Throws if a file is
  /// missing or cannot be written.
  func copy(
    _ names: [(from: String, to: String)], to folder: String
  ) throws(StageError) {
    for name in names {
      let path = "\(folder)/\(name.to)"
      try makeFolder(String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)]))
      try writeFile(try bytes(name.from), path)
    }
  }
}

/// Creates a folder of an artifact and those that contain it; throws an error that names the path.
func makeFolder(_ path: String) throws(StageError) {
  do {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  } catch {
    throw StageError("\(path): cannot be created: \(systemReason(of: error))")
  }
}
