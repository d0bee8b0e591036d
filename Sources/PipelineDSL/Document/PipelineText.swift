/// The recorded text of a pipeline, which contains its parts: the names in it, without checks.
public struct PipelineText: Sendable {
  /// The names of the axes, in the order of cell names.
  public private(set) var axes: [String] = []
  /// The stages as written, those of a part before those of the file that includes it.
  public private(set) var stages: [(name: String, value: JSONValue)] = []

  /// Reads a text; what cannot be read is left out.
  public init(_ text: String?) {
    guard let text, let root = try? JSONParser.parse(text) else { return }
    add(root)
  }

  private mutating func add(_ file: JSONValue) {
    for entry in file["include"]?.elements ?? [] {
      if let part = entry["part"] { add(part) }
    }
    axes += file["axes"]?.object?.names ?? []
    stages += file["stages"]?.object?.members ?? []
  }
}
