internal import PipelineDSL
internal import Store

/// The tables of a run's artifacts: those that a report shows, as their stages wrote them.
enum ArtifactTables {
  /// What the tables show, by file.
  private static var known: [(file: String, about: String)] {
    let parts = Part.allCases.reversed().flatMap { part -> [(file: String, about: String)] in
      [
        (
          ConfusionFormat.file(of: part),
          "rows are true classes, columns predicted ones, \(part.rawValue) part"
        ),
        (
          CalibrationFormat.file(of: part),
          "accuracy and confidence by bin with Wilson's intervals, \(part.rawValue) part"
        ),
      ]
    }
    return [
      (
        IntervalsFormat.file,
        "values with the ends of their intervals by the method named, from the samples and groups named"
      ),
      (ClassesFormat.file, "scores of each class against the rest, by part"),
      (
        SourcesFormat.file,
        "scores by source with intervals, of accuracy by Wilson, of macro-F1 by a bootstrap of groups"
      ),
      (GroupsFormat.file, "samples and accuracy by group"),
    ] + parts + ResultAppendix.comparisons + [
      (ComparisonFormat.comparison, "cells side by side"),
      (FindingsFormat.file, "findings about the data, each with its interval if it has one"),
      (
        GainsFormat.file,
        "gains of explanation methods over the best baseline, with bootstrap intervals"
      ),
    ]
  }

  /// The tables of a run, in the order of its stages; the same artifact once.
  static func entries(_ facts: RunFacts, _ reader: ArtifactReader) -> [ExportTables.Entry] {
    let known = known
    var seen: Set<String> = []
    return facts.cells.flatMap { cell in
      cell.artifacts.flatMap { artifact -> [ExportTables.Entry] in
        guard case .value(let files) = reader.files(artifact) else { return [] }
        return known.filter { table in files.contains { $0.path == table.file } }.compactMap {
          file, about in
          let name = "\(file.dropLast(4))/\(cell.row.cell)"
          guard seen.insert(name).inserted else { return nil }
          return ExportTables.Entry(name: name, about: about) {
            table(file, about, files, cell, reader)
          }
        }
      }
    }
  }

  private static func table(
    _ file: String, _ about: String, _ files: [ArtifactManifest.File], _ cell: RunFacts.CellFacts,
    _ reader: ArtifactReader
  ) -> ArtifactReader.Found<ExportTable>? {
    switch reader.table(file, in: files) {
    case nil: return nil
    case .missing(let reason)?: return .missing(reason)
    case .value(let table)?:
      let name = cell.row.cell
      // Tables of an evaluation have no number of samples of their own.
      let evaluation = Evaluation.Files(cell, files).map { Evaluation($0, reader) }
      let part = evaluation?.parts.first { file.hasSuffix("_\($0.rawValue).csv") }
      let whole = evaluation.map { $0.evidence(of: part) } ?? name
      return .value(ExportTable(table, caption: "\(file.dropLast(4)) of \(whole): \(about)."))
    }
  }
}
