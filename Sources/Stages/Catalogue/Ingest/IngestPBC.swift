internal import Imaging
internal import PipelineDSL

/// The Barcelona set of normal peripheral blood cells (PBC_dataset_normal_DIB).
struct IngestPBC: IngestKind {
  static let name = "ingest/pbc"
  static let revision = 3
  static let summary = "Reads the eight cell types of PBC_dataset_normal_DIB."
  static let source = "Acevedo et al. 2020, Data in Brief 30"
  static let ports = Ingest.ports
  static var libraries: [String: String] { ImagingLibraries.versions }

  /// The folders, one per cell type.
  static let types = [
    "basophil", "eosinophil", "erythroblast", "ig", "lymphocyte", "monocyte", "neutrophil",
    "platelet",
  ]
  /// The maximum number of folders around those of the cell types.
  private static let deepest = 3

  let parameters: RootParameters
  init(_ parameters: RootParameters) { self.parameters = parameters }

  func run(_ context: StageContext) throws {
    try Ingest(.pbc).run(context, roles: try Self.roles(try IngestFiles(context)))
  }

  static func roles(_ files: IngestFiles) throws(StageError) -> [FileRole] {
    let base = try base(files.paths)
    return files.paths.map { role($0, base) }
  }

  /// The folder whose sub-folders are the cell types: at most `deepest` levels below the root.
  private static func base(_ paths: [String]) throws(StageError) -> [String] {
    for depth in 0...deepest {
      var found: Set<[String]> = []
      for path in paths where Ingest.clutter(path) == nil {
        let parts = path.pathParts
        if parts.count == depth + 2, types.contains(parts[depth].lowercased()) {
          found.insert(Array(parts.prefix(depth)))
        }
      }
      let bases = found.map { $0.joined(separator: "/") }.sorted()
      guard bases.count <= 1 else {
        throw StageError(
          "cell types lie below several folders: " + bases.joined(separator: ", "),
          hint: "set root to one of them")
      }
      if let base = found.first { return base }
    }
    return []
  }

  private static func role(_ path: String, _ base: [String]) -> FileRole {
    if let reason = Ingest.clutter(path) { return .rejected(reason) }
    let parts = path.pathParts
    guard parts.count == base.count + 2, parts.starts(with: base),
      types.contains(parts[base.count].lowercased())
    else { return .rejected("not in a folder of a cell type") }
    return .sample(nativeLabel: parts[base.count].lowercased())
  }
}
