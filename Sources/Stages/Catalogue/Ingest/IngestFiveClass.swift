internal import Imaging
internal import PipelineDSL

/// The five-class leukaemia set: one folder for each of ALL, AML, CLL, CML and healthy cells.
struct IngestFiveClass: IngestKind {
  static let name = "ingest/five-class"
  static let revision = 3
  static let summary = "Reads class folders ALL, AML, CLL, CML and H, at any depth."
  static let source = "Assay; the 20,000-image set of paper A"
  static let ports = Ingest.ports
  static var libraries: [String: String] { ImagingLibraries.versions }

  static let names = ["all", "aml", "cll", "cml", "h", "healthy", "normal"]

  let parameters: RootParameters
  init(_ parameters: RootParameters) { self.parameters = parameters }

  func run(_ context: StageContext) throws {
    try Ingest(.fiveClass).run(context, roles: Self.roles(try IngestFiles(context)))
  }

  /// The class is the innermost folder with the name of a class, in that folder's own spelling.
  static func roles(_ files: IngestFiles) -> [FileRole] {
    Ingest.roles(files, classes: names.byFoldedName) { parts, label in
      .sample(nativeLabel: parts.dropLast().last { $0.lowercased() == label } ?? label)
    }
  }
}
