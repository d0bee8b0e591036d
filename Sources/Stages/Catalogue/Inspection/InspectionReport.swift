internal import Foundation
internal import Imaging
internal import PipelineDSL

/// The report of an inspection: tables, pictures, metrics and warnings.
struct InspectionReport: Sendable {
  /// The columns of `ids/KIND.csv`; the members of a set have its number, from 1.
  static let memberColumns = ["scope", "set", "id", "source", "label", "group", "part", "note"]

  /// The findings, in order.
  var findings: [InspectionFinding]
  /// The sets of duplicates by sources, labels and parts.
  var duplicates: CSVTable
  var scene: InspectionScene
  /// Whether sheets show originals where these say more than crops.
  var showsOriginals: Bool
  /// The maximum number of images per sheet.
  var tiles: Int

  /// The findings of each kind that was found, in order.
  private var byKind: [(kind: InspectionFinding.Kind, findings: [InspectionFinding])] {
    InspectionFinding.Kind.allCases.compactMap { kind in
      let own = findings.filter { $0.kind == kind }
      return own.isEmpty ? nil : (kind, own)
    }
  }

  /// Writes all files.
  func write(_ context: StageContext) throws {
    let folder = context.output(FindingsFormat.port)
    let sheets = tiles > 0 ? InspectionSheets(self, context) : nil
    var shown: Set<InspectionFinding.Kind> = []
    for (kind, own) in byKind {
      let rows = own.flatMap { finding in
        finding.members.map { member in
          [
            finding.scope, member.set > 0 ? String(member.set) : "", member.id, member.source,
            member.label, member.group, member.part?.rawValue ?? "", member.note,
          ]
        }
      }
      if !rows.isEmpty {
        try makeFolder(folder + "/ids")
        try writeFile(
          CSVTable(columns: Self.memberColumns, rows: rows).bytes,
          "\(folder)/ids/\(kind.rawValue).csv")
      }
      guard let sheet = try sheets?.sheet(of: kind, own) else { continue }
      shown.insert(kind)
      try makeFolder(folder + "/sheets")
      try writeFile(try PNGCodec.encode(sheet), "\(folder)/sheets/\(kind.rawValue).png")
    }
    let rows = findings.map { row($0, hasSheet: shown.contains($0.kind)) }
    try writeFile(
      CSVTable(columns: FindingsFormat.columns, rows: rows).bytes,
      folder + "/" + FindingsFormat.file)
    try writeFile(
      Array(JSONPrettyForm.text(of: json(rows)).utf8), folder + "/findings.json")
    try writeFile(duplicates.bytes, folder + "/duplicates.csv")
  }

  private func makeFolder(_ path: String) throws(StageError) {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch { throw StageError("\(path): cannot be made: \(error)") }
  }

  private func row(_ finding: InspectionFinding, hasSheet: Bool) -> [String] {
    let name = finding.kind.rawValue
    return [
      name, finding.severity.rawValue, finding.scope, String(finding.count),
      ComparisonTable.roundedText(finding.value), ComparisonTable.roundedText(finding.low),
      ComparisonTable.roundedText(finding.high), finding.remedy, finding.detail,
      finding.members.isEmpty ? "" : "ids/\(name).csv", hasSheet ? "sheets/\(name).png" : "",
    ]
  }

  /// The rows as objects; numbers are numbers, and empty fields are null.
  private func json(_ rows: [[String]]) -> JSONValue {
    let numbers: Set<FindingsFormat.Column> = [.count, .value, .low, .high]
    let objects = rows.map { row -> JSONValue in
      .object(
        JSONObject(
          zip(FindingsFormat.Column.allCases, row).map { column, field in
            if field.isEmpty { return (column.rawValue, JSONValue.null) }
            guard numbers.contains(column), let number = Double(field) else {
              return (column.rawValue, .string(field))
            }
            return (column.rawValue, Int(exactly: number).map { .integer($0) } ?? .number(number))
          }))
    }
    return ["samples": .integer(scene.samples.count), "findings": .array(objects)]
  }

  /// Records the counts of all kinds, also of those that were not found, and a warning per error.
  func tell(_ events: any StageEvents) {
    events.metric(StageMetric("samples", Double(scene.samples.count)))
    for kind in InspectionFinding.Kind.allCases {
      let count = findings.filter { $0.kind == kind }.reduce(0) { $0 + $1.count }
      events.metric(StageMetric("findings/\(kind.rawValue)", Double(count)))
    }
    for severity in InspectionFinding.Severity.allCases {
      let count = findings.count { $0.severity == severity }
      events.metric(StageMetric("findings/\(severity.rawValue)s", Double(count)))
    }
    for finding in findings where finding.severity == .error {
      events.warn(
        "\(finding.kind.rawValue) (\(finding.scope)): \(finding.detail); remedy: \(finding.remedy)")
    }
  }
}
