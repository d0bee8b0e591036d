internal import Imaging
internal import PipelineDSL

/// The C-NMC 2019 challenge: segmented cells of leukaemic and healthy subjects on black.
///
/// Reads the official folders and Kaggle's. Images of the final test phase have no published
/// labels; they are rejected, since they are of no use for training or evaluation.
struct IngestCNMC: IngestKind {
  static let name = "ingest/c-nmc"
  static let revision = 3
  static let summary = "Reads C-NMC 2019: folds, the preliminary test phase, groups by subject."
  static let source = "Gupta and Gupta 2019, The Cancer Imaging Archive"
  static let ports = Ingest.ports
  static var libraries: [String: String] { ImagingLibraries.versions }

  let parameters: RootParameters
  init(_ parameters: RootParameters) { self.parameters = parameters }

  func run(_ context: StageContext) throws {
    try Ingest(.cNMC).run(context, roles: try Self.roles(try IngestFiles(context)))
  }

  /// The roles, from file names or, for numbered images, from the tables.
  ///
  /// Training folders are the part train; the preliminary phase, on which the challenge's teams
  /// were ranked first, is the part test.
  static func roles(_ files: IngestFiles) throws(StageError) -> [FileRole] {
    let tables = try PhaseLabels(files)
    return files.paths.map { role($0, tables) }
  }

  private static func role(_ path: String, _ tables: PhaseLabels) -> FileRole {
    if let reason = Ingest.clutter(path) { return .rejected(reason) }
    if let role = tables.tables[path] { return role }
    guard path.pathExtension == "bmp", let name = path.pathParts.last else {
      return .rejected("not part of C-NMC: not a BMP file")
    }
    let folders = path.pathParts.dropLast().map { $0.lowercased() }
    if let cell = CellName(name) {
      let isTraining = folders.contains { $0.contains("training") || $0.hasPrefix("fold_") }
      return .sample(
        nativeLabel: cell.label, group: cell.group, part: isTraining ? .train : nil)
    }
    if folders.contains(where: { $0.contains("final") || $0 == "testing_data" }) {
      return .rejected("the final test phase has no published labels")
    }
    return tables.role(of: path)
  }

  /// The fields of a file name: `UID_H3_4_1_hem.bmp` is cell 1 of image 4 of healthy subject 3.
  struct CellName {
    /// `all` or `hem`.
    let label: String
    /// The subject, case-folded: copies spell healthy subject 3 both `H3` and `h3`.
    let group: String

    init?(_ name: String) {
      let stem = name.lowercased().split(separator: ".", maxSplits: 1)[0]
      let parts = stem.split(separator: "_", omittingEmptySubsequences: false)
      guard parts.count == 5, parts[0] == "uid", !parts[1].isEmpty,
        parts[4] == "all" || parts[4] == "hem"
      else { return nil }
      (label, group) = (String(parts[4]), "c-nmc:\(parts[1])")
    }
  }
}

/// The tables with the labels of the numbered images of a test phase.
private struct PhaseLabels {
  /// The roles of the tables themselves, by path.
  private(set) var tables: [String: FileRole] = [:]
  /// For each folder with tables, the roles of images by name.
  private var byFolder: [[String]: [String: FileRole]] = [:]

  init(_ files: IngestFiles) throws(StageError) {
    for (index, path) in files.paths.enumerated() where path.pathExtension == "csv" {
      guard Ingest.clutter(path) == nil else { continue }
      let bytes = try files.read(index)
      do throws(CSVError) {
        let rows = try Self.roles(CSVTable(parsing: bytes))
        let folder = Array(path.pathParts.dropLast())
        // If a folder has two tables, the later one by name only adds to the first.
        byFolder[folder, default: [:]].merge(rows) { first, _ in first }
        tables[path] = .auxiliary
      } catch {
        tables[path] = .rejected("not a table of C-NMC labels: \(error)")
      }
    }
  }

  /// The role of an image, from the nearest table in its folder or above.
  func role(of path: String) -> FileRole {
    var folder = path.pathParts
    let name = folder.removeLast()
    while true {
      if let rows = byFolder[folder] {
        return rows[name.lowercased()] ?? .rejected("not among the names of the labels CSV")
      }
      if folder.isEmpty { return .rejected("no labels CSV beside or inside its folder") }
      folder.removeLast()
    }
  }

  private static func roles(_ table: CSVTable) throws(CSVError) -> [String: FileRole] {
    let folded = CSVTable(columns: table.columns.map { $0.lowercased() })
    let (name, label) = (try folded.column("new_names"), try folded.column("labels"))
    let patient = try folded.column("patient_id")
    var roles: [String: FileRole] = [:]
    for row in table.rows {
      let group = IngestCNMC.CellName(row[patient])?.group ?? ""
      roles[row[name].lowercased()] =
        switch row[label] {
        case "1": .sample(nativeLabel: "all", group: group, part: .test)
        case "0": .sample(nativeLabel: "hem", group: group, part: .test)
        default: .rejected("the labels CSV gives it '\(row[label])', not 1 (all) or 0 (hem)")
        }
    }
    return roles
  }
}
