internal import PipelineDSL

/// A folder inside a model artifact, which contains a classifier or another model.
enum ModelFolder {
  /// The folder that a card names; throws unless it is a relative path without `.` and `..`.
  static func name(_ json: JSONValue?, _ member: String) throws(StageError) -> String {
    guard let name = json?.text, ManifestLine.staysInside(name) else {
      throw StageError(
        "'\(member)' is \(json?.found ?? "missing"), not the relative path of a folder of the "
          + "model")
    }
    return name
  }

  /// Writes files into a folder that may not exist yet.
  static func write(_ files: [String: [UInt8]], to folder: String) throws(StageError) {
    try makeFolder(folder)
    for (name, bytes) in files.sorted(by: { $0.key < $1.key }) {
      try writeFile(bytes, folder + "/" + name)
    }
  }
}
