internal import Store

/// The cells that differ between compared runs.
enum CellTables {
  /// The table, and the number of equal cells.
  static func html(_ compared: ComparedRuns) -> HTML? {
    var table = DataTable(
      name: "cells that differ",
      [.text("cell")] + ComparisonPage.columns(compared) + [.text("why")])
    let byName = compared.cellsByName
    let differing = compared.comparisons.map { comparison in
      Dictionary(comparison.cells.map { ($0.cell, $0) }) { first, _ in first }
    }
    var (shown, unchanged) = (0, 0)
    for cell in compared.cells {
      let own = byName.map { $0[cell] }
      let changes = differing.map { $0[cell] }
      guard own.contains(where: { $0 == nil }) || changes.contains(where: { $0 != nil }) else {
        unchanged += 1
        continue
      }
      shown += 1
      guard shown <= ComparisonPage.rowLimit else { continue }
      let fields = own.map { facts -> DataTable.Field in
        guard let row = facts?.row else { return .init(html: "not in this run", value: "") }
        let status = row.status.rawValue
        let took =
          row.status == .executed || row.status == .failed
          ? " " + Display.seconds(row.seconds) : ""
        return .init(
          html: "<i class=\"dot \(status)\"></i>\(status)\(took)", value: status)
      }
      table.append([.init(cell)] + fields + [.init(reason(changes))])
    }
    guard shown > 0 || unchanged > 0 else { return nil }
    let equal: HTML =
      unchanged > 0
      ? "<p class=\"soft small\">\(Display.count(unchanged, "cell")) with the same key and outcome.</p>"
      : .empty
    return "\(shown > 0 ? table.html : .empty)\(ComparisonPage.rest(shown))\(equal)"
  }

  private static func reason(_ changes: [RunComparison.CellDifference?]) -> String {
    let parts = changes.enumerated().compactMap { place, change -> String? in
      guard let change else { return nil }
      let why =
        if let unknown = change.unknown { unknown } else if change.isRoot {
          "its own fields differ"
        } else if !change.fields.isEmpty { "its inputs differ" } else { "another outcome" }
      return "\(ComparedRuns.letter(place + 1)): \(why)"
    }
    return parts.joined(separator: "; ")
  }
}
