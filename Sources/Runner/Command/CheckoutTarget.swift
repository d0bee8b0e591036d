internal import PipelineDSL
internal import Store

/// The artifacts of a run that `CELL` or `CELL.PORT` names.
struct CheckoutTarget {
  let artifacts: [ArtifactRow]
  /// Whether it names a whole cell, with all ports.
  let isWhole: Bool

  init(_ text: String, run: RunSummary, records: RunRecords) throws {
    let rows = try records.stageRuns(run: run.run.id)
    let all = try records.artifacts(run: run.run.id)
    func ports(of cell: String) -> [ArtifactRow] {
      guard let row = rows.last(where: { $0.cell == cell }) else { return [] }
      return all.filter { $0.stageRun == row.id }
    }
    let whole = ports(of: text)
    // A cell's name may contain dots in axis values, so the whole text is tried first.
    if !whole.isEmpty {
      (artifacts, isWhole) = (whole, true)
      return
    }
    let cell = text.lastIndex(of: ".").map { String(text[..<$0]) } ?? text
    let port = text.lastIndex(of: ".").map { String(text[text.index(after: $0)...]) } ?? ""
    let named = ports(of: cell).filter { $0.port == port }
    guard !named.isEmpty else {
      let known = rows.map(\.cell) + ports(of: cell).map { "\(cell).\($0.port)" }
      let near = NearestName.hint(for: text, among: known)
      throw CommandError.usage("run \(run.run.id) has no artifacts of '\(text)'\(near)")
    }
    (artifacts, isWhole) = (named, false)
  }
}
