internal import Foundation
internal import PipelineDSL
internal import Reports
internal import Store

/// The artifacts of a run that `CELL` or `CELL.PORT` names.
struct CheckoutTarget {
  /// The largest number of cells that a message lists.
  private static let choiceLimit = 8

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
      throw CommandError.usage(
        "run \(run.run.id) of '\(run.run.pipeline)' has no artifacts of '\(text)'"
          + Self.hint(for: text, rows, ports(of: cell).map { "\(cell).\($0.port)" }))
    }
    (artifacts, isWhole) = (named, false)
  }

  /// What a name without artifacts could mean: the cells of a stage, another port, or a similar name.
  private static func hint(for text: String, _ rows: [StageRunRow], _ ports: [String]) -> String {
    if let row = rows.last(where: { $0.cell == text }) { return ": the cell was \(row.status)" }
    let stage = text.split(separator: ".").first.map(String.init) ?? text
    let port = text.dropFirst(stage.count)
    let cells = rows.filter { $0.stage == text || $0.stage == stage && ports.isEmpty }.map(\.cell)
      .sorted { $0.compare($1, options: .numeric) == .orderedAscending }
    guard !cells.isEmpty else {
      return NearestName.hint(for: text, among: rows.map(\.cell) + ports)
    }
    let names = cells.prefix(choiceLimit).map { "\n  " + $0 + port }.joined()
    let more = cells.count > choiceLimit ? "\n  and \(cells.count - choiceLimit) more" : ""
    return "; choose one of its \(Display.count(cells.count, "cell")):" + names + more
  }
}
