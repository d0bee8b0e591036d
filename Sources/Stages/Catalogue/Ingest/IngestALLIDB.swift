internal import Imaging
internal import PipelineDSL

/// ALL-IDB: blood films with and without lymphoblasts (1), and single cells cut out of them (2).
///
/// The label is the digit at the end of the name, 1 for ALL and 0 for healthy. Subjects are
/// unknown, so there are no groups. The cells of ALL_IDB2 are crops of the fields of ALL_IDB1, so
/// the two must not be divided between training and test; they have separate sources.
struct IngestALLIDB: IngestKind {
  static let name = "ingest/all-idb"
  static let revision = 2
  static let summary = "Reads ALL_IDB1 and ALL_IDB2; the label is part of the file name."
  static let source = "Labati, Piuri and Scotti 2011, IEEE ICIP"
  static let ports = Ingest.ports
  static var libraries: [String: String] { ImagingLibraries.versions }

  let parameters: RootParameters
  init(_ parameters: RootParameters) { self.parameters = parameters }

  func run(_ context: StageContext) throws {
    let ingest = Ingest(
      source: "all-idb", layout: "images Im001_1.jpg (ALL_IDB1) or Im001_1.tif (ALL_IDB2)")
    try ingest.run(context, roles: Self.roles(try IngestFiles(context)))
  }

  static func roles(_ files: IngestFiles) -> [FileRole] { files.paths.map(role) }

  private static func role(_ path: String) -> FileRole {
    if let reason = Ingest.clutter(path) { return .rejected(reason) }
    guard let name = path.pathParts.last?.lowercased(),
      let match = name.wholeMatch(of: /im\d{3}_([01])\.(jpg|jpeg|tif|tiff|bmp|png|xyc)/)
    else { return .rejected("its name is not that of an ALL-IDB image, Im001_1.jpg") }
    if match.2 == "xyc" { return .auxiliary }
    return .sample(
      nativeLabel: match.1 == "1" ? "ALL" : "Healthy",
      source: isSecond(path.pathParts) ? "all-idb2" : "all-idb1")
  }

  /// Whether an image belongs to ALL_IDB2: decided by its folders, since copies change the format,
  /// and otherwise by its format.
  static func isSecond(_ path: [String]) -> Bool {
    let folders = path.dropLast().joined().lowercased().filter(\.isLetterOrDigit)
    if folders.contains("idb1") != folders.contains("idb2") { return folders.contains("idb2") }
    return path.last?.pathExtension.hasPrefix("tif") == true
  }
}

extension Character {
  fileprivate var isLetterOrDigit: Bool { isLetter || isNumber }
}
