internal import Foundation
internal import Imaging
internal import PipelineDSL

/// Kaggle's blood-cells: photographs of white cells (dataset-master) and about 35 augmented copies
/// of each (dataset2-master).
///
/// A copy's group is (split, class, photograph), the last from its name
/// `_<photograph>_<random>.jpeg`, since a model would recognise copies of one photograph on both
/// sides of a split.
struct IngestBloodCellImages: IngestKind {
  /// The release to read.
  enum Collection: String, ParameterChoice {
    case copies = "dataset2"
    case photographs = "dataset-master"
    case both
  }

  struct Parameters: StageParameters {
    var root = Location("")
    var collection = Collection.copies

    static let fields: [ParameterField<Self>] = [
      .init("root", \.root, required: true, "folder of the data set, or its parent"),
      .init(
        "collection", \.collection,
        "dataset2 (augmented copies in TRAIN, TEST and TEST_SIMPLE), dataset-master (the photographs with labels.csv), or both"
      ),
    ]
  }

  static let name = "ingest/blood-cell-images"
  static let revision = 2
  static let summary = "Reads Kaggle's blood-cells, groups by photograph."
  static let source = "Mooney 2018, Kaggle; photographs of the BCCD data set"
  static let ports = Ingest.ports
  static var libraries: [String: String] { ImagingLibraries.versions }

  static let types = ["EOSINOPHIL", "LYMPHOCYTE", "MONOCYTE", "NEUTROPHIL", "BASOPHIL"]

  let parameters: Parameters
  init(_ parameters: Parameters) { self.parameters = parameters }

  func run(_ context: StageContext) throws {
    let files = try IngestFiles(context)
    try Ingest(.bloodCellCopies).run(context, roles: try Self.roles(files, parameters.collection))
  }

  static func roles(
    _ files: IngestFiles, _ collection: Collection
  ) throws(StageError) -> [FileRole] {
    var categories: [Int: String] = [:]
    var tables: Set<Int> = []
    for (index, path) in files.paths.enumerated()
    where path.pathParts.last?.lowercased() == "labels.csv" && Ingest.clutter(path) == nil {
      let table = try files.table(index)
      guard let image = table.columns.firstIndex(of: "image"),
        let category = table.columns.firstIndex(of: "category")
      else { continue }
      tables.insert(index)
      for row in table.rows {
        if let number = Int(row[image].trimmingCharacters(in: .whitespaces)) {
          categories[number] = row[category]
        }
      }
    }
    return files.paths.enumerated().map { index, path in
      if let reason = Ingest.clutter(path) { return .rejected(reason) }
      if tables.contains(index) || path.pathExtension == "xml" { return .auxiliary }
      let name = path.pathParts.last ?? ""
      if let match = name.wholeMatch(of: /BloodImage_(\d+)\.jpe?g/.ignoresCase()) {
        guard collection != .copies else {
          return .rejected("a photograph; collection is dataset2")
        }
        return photograph(Int(match.1) ?? -1, categories)
      }
      guard collection != .photographs else {
        return .rejected("not a photograph BloodImage_<number>.jpg; collection is dataset-master")
      }
      return copy(path.pathParts, name)
    }
  }

  private static func photograph(_ number: Int, _ categories: [Int: String]) -> FileRole {
    guard let category = categories[number] else {
      return .rejected("labels.csv has no row for its number")
    }
    let types = Set(
      category.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces).uppercased() })
    guard let type = types.first, !type.isEmpty else {
      return .rejected("labels.csv has no cell type for it")
    }
    guard types.count == 1 else {
      return .rejected(
        "labels.csv has several cell types for it: " + types.sorted().joined(separator: ", "))
    }
    guard Self.types.contains(type) else {
      return .rejected("labels.csv gives it the unknown cell type '\(type)'")
    }
    return .sample(nativeLabel: type, group: "blood-cell-images:photograph/\(number)")
  }

  private static func copy(_ parts: [String], _ name: String) -> FileRole {
    let folders = parts.dropLast().map { $0.uppercased() }
    guard let type = folders.last(where: types.contains) else {
      return .rejected("not below a folder of a cell type")
    }
    guard let match = name.wholeMatch(of: /_(\d+)_(\d+)\.jpe?g/.ignoresCase()) else {
      return .rejected("its name is not that of a copy, _<photograph>_<random>.jpeg")
    }
    let split = folders.last { ["TRAIN", "TEST", "TEST_SIMPLE"].contains($0) } ?? ""
    return .sample(
      nativeLabel: type, group: "blood-cell-images:\(split)/\(type)/\(match.1)",
      part: split.isEmpty ? nil : split == "TRAIN" ? .train : .test)
  }
}
