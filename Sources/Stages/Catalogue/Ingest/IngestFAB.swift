internal import Imaging
internal import PipelineDSL

/// The French-American-British types of ALL: one folder for each of L1, L2 and L3.
struct IngestFAB: IngestKind {
  static let name = "ingest/fab"
  static let revision = 2
  static let summary = "Reads the FAB types L1, L2 and L3, at any depth."
  static let source = "Bennett et al. 1976 (the types); the 150 images of paper B"
  static let ports = Ingest.ports
  static var libraries: [String: String] { ImagingLibraries.versions }

  let parameters: RootParameters
  init(_ parameters: RootParameters) { self.parameters = parameters }

  func run(_ context: StageContext) throws {
    try Ingest(.fab).run(context, roles: Self.roles(try IngestFiles(context)))
  }

  static func roles(_ files: IngestFiles) -> [FileRole] {
    Ingest.roles(files, classes: ["L1", "L2", "L3"].byFoldedName)
  }
}
