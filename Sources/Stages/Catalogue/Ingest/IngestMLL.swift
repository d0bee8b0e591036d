internal import Imaging
internal import PipelineDSL

/// Two collections of acute myeloid leukaemia, named after their laboratories.
///
/// *Helmholtz* (AML-Cytomorphology_MLL_Helmholtz) has one folder per patient below each of five
/// diagnoses; the patient is the group. *LMU* (AML-Cytomorphology_LMU) has one folder for each of
/// fifteen cell types and does not identify patients.
struct IngestMLL: IngestKind {
  /// The collection to read.
  enum Collection: String, ParameterChoice {
    case helmholtz
    case lmu
  }

  struct Parameters: StageParameters {
    var root = Location("")
    var collection = Collection.helmholtz

    static let fields: [ParameterField<Self>] = [
      .init("root", \.root, required: true, "folder of the collection, or its parent"),
      .init(
        "collection", \.collection,
        "AML-Cytomorphology_MLL_Helmholtz (by patient), or AML-Cytomorphology_LMU (by cell type)"),
    ]
  }

  static let name = "ingest/mll"
  static let revision = 2
  static let summary = "Reads the AML cytomorphology collections of MLL/Helmholtz or of the LMU."
  static let source =
    "Hehr et al. 2023, The Cancer Imaging Archive (Helmholtz); Matek et al. 2019, Nature Machine "
    + "Intelligence 1 (LMU)"
  static let ports = Ingest.ports
  static var libraries: [String: String] { ImagingLibraries.versions }

  let parameters: Parameters
  init(_ parameters: Parameters) { self.parameters = parameters }

  func run(_ context: StageContext) throws {
    let files = try IngestFiles(context)
    switch parameters.collection {
    case .helmholtz:
      try Ingest(.helmholtz).run(context, roles: try Self.helmholtz(files))
    case .lmu:
      try Ingest(.lmu).run(context, roles: Self.lmu(files))
    }
  }

  /// The diagnoses, by folded folder name.
  static let diagnoses = ["control", "NPM1", "CBFB_MYH11", "RUNX1_RUNX1T1", "PML_RARA"]
    .byFoldedName

  /// The roles in the Helmholtz collection; `metadata.csv`, if present, must match the folders.
  static func helmholtz(_ files: IngestFiles) throws(StageError) -> [FileRole] {
    var known: [String: String] = [:]
    var tables: Set<Int> = []
    for (index, path) in files.paths.enumerated()
    where path.pathParts.last?.lowercased() == "metadata.csv" && Ingest.clutter(path) == nil {
      let table = try files.table(index)
      guard let patient = table.columns.firstIndex(of: "patient_id"),
        let label = table.columns.firstIndex(of: "bag_label")
      else { continue }
      tables.insert(index)
      for row in table.rows { known[row[patient].lowercased()] = row[label] }
    }
    var roles = Ingest.roles(files, classes: diagnoses) { parts, label in
      guard parts.count >= 3, diagnoses[LabelMap.folded(parts[parts.count - 3])] == label else {
        return .rejected("not in a patient's folder below one of the diagnosis")
      }
      let patient = parts[parts.count - 2]
      if let other = known[patient.lowercased()],
        LabelMap.folded(other) != LabelMap.folded(label)
      {
        return .rejected("metadata.csv gives its patient \(patient) the label \(other)")
      }
      return .sample(nativeLabel: label, group: "mll:\(patient.uppercased())")
    }
    for index in tables { roles[index] = .auxiliary }
    return roles
  }

  /// The cell types of the LMU collection, which are its folder names.
  static let cellTypes = [
    "BAS", "EBO", "EOS", "KSC", "LYA", "LYT", "MMZ", "MOB", "MON", "MYB", "MYO", "NGB", "NGS",
    "PMB", "PMO",
  ]

  /// The roles in the LMU collection.
  static func lmu(_ files: IngestFiles) -> [FileRole] {
    var roles = Ingest.roles(files, classes: cellTypes.byFoldedName)
    for (index, path) in files.paths.enumerated()
    where ["annotations.dat", "abbreviations.txt"].contains(path.pathParts.last?.lowercased()) {
      roles[index] = .auxiliary
    }
    return roles
  }
}

extension [String] {
  /// Class names by their folded names, which copies of a data set have in common.
  var byFoldedName: [String: String] {
    Dictionary(map { (LabelMap.folded($0), $0) }) { first, _ in first }
  }
}
