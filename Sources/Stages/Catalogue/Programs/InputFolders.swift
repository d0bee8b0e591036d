internal import Foundation
internal import PipelineDSL

/// The inputs of a program as folders of links into the store, whose files are read-only, or of
/// copies where links cannot be followed.
enum InputFolders {
  /// Creates one folder per port below `root`; returns their paths by port.
  ///
  /// If a port has a single artifact without axes, its folder is the artifact itself. Otherwise
  /// each artifact has a folder inside, named by its cell (`backbone=cnn,seed=1`) or its position
  /// in `needs`.
  static func make(
    _ inputs: [String: [InputArtifact]], below root: String
  ) throws(StageError) -> [String: String] {
    var folders: [String: String] = [:]
    for (port, artifacts) in inputs.sorted(by: { $0.key < $1.key }) {
      let folder = root + "/" + port
      folders[port] = folder
      try create(folder)
      let isPlain = artifacts.count == 1 && artifacts[0].coordinates.isEmpty
      for (index, artifact) in artifacts.enumerated() {
        try link(artifact, isPlain ? folder : "\(folder)/\(name(of: artifact, at: index))")
      }
    }
    return folders
  }

  /// The folder name of an artifact among several.
  static func name(of artifact: InputArtifact, at index: Int) -> String {
    guard !artifact.coordinates.isEmpty else { return String(index + 1) }
    let text = artifact.coordinates.sorted { $0.key < $1.key }
      .map { "\($0.key)=\(Compare.text($0.value))" }.joined(separator: ",")
    return String(text.map { $0 == "/" || $0 == "\0" ? "-" : $0 })
  }

  private static func link(
    _ artifact: InputArtifact, _ folder: String
  ) throws(StageError) {
    try create(folder)
    var follows: Bool?
    for name in artifact.files.keys.sorted() {
      let path = try artifact.path(name)
      let place = "\(folder)/\(name)"
      try create((place as NSString).deletingLastPathComponent)
      let target = URL(fileURLWithPath: path).path
      do {
        switch follows {
        case true?:
          try FileManager.default.createSymbolicLink(atPath: place, withDestinationPath: target)
        case false?: try FileManager.default.copyItem(atPath: target, toPath: place)
        case nil:
          let isLinked = linkIfFollowed(place, to: target)
          if !isLinked { try FileManager.default.copyItem(atPath: target, toPath: place) }
          follows = isLinked
        }
      } catch {
        throw StageError("\(place): cannot be linked: \(systemReason(of: error))")
      }
    }
  }

  /// Creates a link, unless it cannot be created or read through, which some network file systems,
  /// such as sshfs with its default options, refuse; files are copied there.
  private static func linkIfFollowed(_ place: String, to target: String) -> Bool {
    let files = FileManager.default
    guard (try? files.createSymbolicLink(atPath: place, withDestinationPath: target)) != nil else {
      return false
    }
    if files.isReadableFile(atPath: place) || !files.isReadableFile(atPath: target) { return true }
    try? files.removeItem(atPath: place)
    return false
  }

  private static func create(_ folder: String) throws(StageError) {
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw StageError("\(folder): cannot be created: \(systemReason(of: error))")
    }
  }
}
