internal import Imaging
internal import PipelineDSL
internal import Store

/// An array of an artifact with one row per sample: the array is read row by row.
struct SampleRows {
  /// `samples.csv`.
  let table: CSVTable
  /// The array; row i belongs to row i of the table.
  let array: ArrayFile
  /// The rows by the ids of their samples.
  let rows: [String: Int]

  /// Opens an array of bytes with `axes` axes, or says why it cannot be shown.
  static func open(
    _ name: String, axes: Int, of artifact: ArtifactRow, _ reader: ArtifactReader
  ) -> ArtifactReader.Found<SampleRows> {
    switch reader.files(artifact) {
    case .missing(let reason): return .missing(reason)
    case .value(let files):
      switch (reader.table(SamplesFormat.file, in: files), reader.array(name, in: files)) {
      case (.missing(let reason)?, _), (_, .missing(let reason)?): return .missing(reason)
      case (.value(let table)?, .value(let array)?):
        guard let rows = SampleRows(table, array, axes: axes) else {
          return .missing("\(name) does not hold one image per row of \(SamplesFormat.file)")
        }
        return .value(rows)
      default: return .missing("artifact \(artifact.digest.short) has no images of its samples")
      }
    }
  }

  private init?(_ table: CSVTable, _ array: ArrayFile, axes: Int) {
    guard let id = table.position(of: SamplesFormat.Column.id), array.kind == .uint8,
      array.shape.count == axes, array.shape.allSatisfy({ $0 > 0 }),
      array.count == table.rows.count
    else { return nil }
    (self.table, self.array) = (table, array)
    rows = Dictionary(table.rows.enumerated().map { ($1[id], $0) }) { first, _ in first }
  }
}
