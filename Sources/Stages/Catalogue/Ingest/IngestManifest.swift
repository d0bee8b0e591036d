internal import Imaging
internal import PipelineDSL

/// Any set of images listed in a table: one row per image with path and label, optionally group,
/// source and split.
struct IngestManifest: IngestKind {
  struct Parameters: StageParameters {
    var root = Location("")
    var table = "manifest.csv"
    var source = "manifest"

    static let fields: [ParameterField<Self>] = [
      .init("root", \.root, required: true, "folder of the images and the table"),
      .init(
        "table", \.table,
        "path of the table below root: CSV with columns path (relative to the table) and label, optionally group, source and split (train, validation, calibration or test)"
      ),
      .init("source", \.source, "source name of samples for which the table has none"),
    ]

    func conflicts() -> [String] { source.isEmpty ? ["source is empty"] : [] }
  }

  static let name = "ingest/manifest"
  static let revision = 2
  static let summary =
    "Reads the images that a CSV table names, with labels, groups and a given split."
  static let source = "Assay"
  static let ports = Ingest.ports
  static var libraries: [String: String] { ImagingLibraries.versions }

  let parameters: Parameters
  init(_ parameters: Parameters) { self.parameters = parameters }

  func run(_ context: StageContext) throws {
    let ingest = Ingest(source: parameters.source, layout: "images listed in the table")
    try ingest.run(
      context, roles: try Self.roles(try IngestFiles(context), table: parameters.table))
  }

  /// The roles from the table; all invalid lines are reported in one error.
  static func roles(
    _ files: IngestFiles, table name: String
  ) throws(StageError) -> [FileRole] {
    guard let place = files.paths.firstIndex(of: name) else {
      throw StageError(
        "no \(name) below the root", hint: "set 'table' to the table's path below 'root'")
    }
    let table = try files.table(place)
    guard let path = table.columns.firstIndex(of: "path"),
      let label = table.columns.firstIndex(of: "label")
    else {
      throw StageError(
        "\(name):1: no columns 'path' and 'label' among \(table.columns.joined(separator: ", "))")
    }
    let optional = ["group", "source", "split"].map { table.columns.firstIndex(of: $0) }
    let folder = name.pathParts.dropLast().map { $0 + "/" }.joined()
    let positions = Dictionary(zip(files.paths, files.paths.indices)) { first, _ in first }
    var roles = files.paths.map { path in
      FileRole.rejected(Ingest.clutter(path) ?? "\(name) does not name it")
    }
    roles[place] = .auxiliary
    var problems: [String] = []
    var lines: [Int: Int] = [:]
    for (index, row) in table.rows.enumerated() {
      let line = index + 2
      func field(_ number: Int) -> String { optional[number].map { row[$0] } ?? "" }
      guard let position = positions[folder + row[path]] else {
        problems.append("\(name):\(line): no such file '\(row[path])'")
        continue
      }
      if let other = lines.updateValue(line, forKey: position) {
        problems.append("\(name):\(line): '\(row[path])' is already listed in line \(other)")
        continue
      }
      let split = field(2)
      let part = Part(word: split)
      guard !row[label].isEmpty, split.isEmpty || part != nil else {
        problems.append(
          row[label].isEmpty
            ? "\(name):\(line): the label is empty"
            : "\(name):\(line): split is '\(split)', not \(Part.listing)")
        continue
      }
      roles[position] = .sample(
        nativeLabel: row[label], group: field(0), part: part,
        source: field(1).isEmpty ? nil : field(1))
    }
    guard problems.isEmpty else {
      let more = problems.count > 10 ? "; and \(problems.count - 10) more" : ""
      throw StageError(
        problems.prefix(10).joined(separator: "; ") + more, hint: "correct the table")
    }
    return roles
  }
}

extension Part {
  /// Creates a part from one of its common names, in any case.
  init?(word: String) {
    switch word.lowercased() {
    case "train", "training": self = .train
    case "validation", "val", "valid": self = .validation
    case "calibration", "calib", "cal": self = .calibration
    case "test", "testing": self = .test
    default: return nil
    }
  }
}
