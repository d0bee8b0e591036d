internal import Imaging
internal import PipelineDSL

/// The five-class leukaemia set: a folder each for ALL, AML, CLL, CML and healthy cells.
struct IngestFiveClass: StageKind {
  static let name = "ingest/five-class"
  static let revision = 1
  static let summary = "Reads class folders ALL, AML, CLL, CML and H, whatever lies around them."
  static let source = "Assay; the 20,000-image set of paper A"
  static let ports = Ingest.ports
  static var libraries: [String: String] { ImagingLibraries.versions }

  private static let names = ["all", "aml", "cll", "cml", "h", "healthy", "normal"]

  let parameters: RootParameters
  init(_ parameters: RootParameters) { self.parameters = parameters }

  func run(_ context: StageContext) throws {
    let ingest = Ingest(
      source: "five-class", layout: "folders ALL, AML, CLL, CML and H (or Healthy, or normal)")
    try ingest.run(
      context, roles: try context.location("root").entries.map { Self.role($0.path) })
  }

  /// The class is the innermost folder that is called like one: outer folders are wrappers.
  private static func role(_ path: String) -> FileRole {
    if let reason = Ingest.clutter(path) { return .rejected(reason) }
    guard let label = path.pathParts.dropLast().last(where: { names.contains($0.lowercased()) })
    else { return .rejected("not below a folder of a class") }
    return .sample(nativeLabel: label, group: "")
  }
}
