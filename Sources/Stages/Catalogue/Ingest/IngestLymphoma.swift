internal import Imaging
internal import PipelineDSL

/// Sections of three lymphomas: chronic lymphocytic leukaemia, follicular and mantle cell lymphoma.
///
/// The group is the case: `sj-05-5269` for `sj-05-5269-R10_002.tif`.
struct IngestLymphoma: IngestKind {
  static let name = "ingest/lymphoma"
  static let revision = 2
  static let summary = "Reads the lymphoma sections CLL, FL and MCL, groups by case."
  static let source =
    "Shamir et al. 2008, IICBU 2008 benchmark suite, Medical and Biological Engineering"
  static let ports = Ingest.ports
  static var libraries: [String: String] { ImagingLibraries.versions }

  let parameters: RootParameters
  init(_ parameters: RootParameters) { self.parameters = parameters }

  func run(_ context: StageContext) throws {
    try Ingest(.lymphoma).run(context, roles: Self.roles(try IngestFiles(context)))
  }

  static func roles(_ files: IngestFiles) -> [FileRole] {
    Ingest.roles(files, classes: ["CLL", "FL", "MCL"].byFoldedName) { parts, label in
      let stem = (parts.last ?? "").split(separator: ".").first.map(String.init) ?? ""
      guard let end = stem.lastIndex(of: "_") else { return .sample(nativeLabel: label) }
      let name = stem[..<end].replacing(/-R\d+$/.ignoresCase(), with: "")
      return .sample(nativeLabel: label, group: "lymphoma:\(label)/\(name)")
    }
  }
}
