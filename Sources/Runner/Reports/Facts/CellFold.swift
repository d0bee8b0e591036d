internal import Store

/// Cells of one stage, folded by an axis, so that hundreds of them open step by step.
struct CellFold {
  /// The number of cells that are listed without a fold, and of parts that a fold has at most.
  static let limit = 50

  /// What the cells have in common, such as `backbone=vgg16`, or the first and the last of them.
  let label: String
  /// All cells in it.
  let cells: [RunFacts.CellFacts]
  /// The axis whose values are the parts; `nil` if there are no parts or no axis groups the cells.
  private(set) var axis: String?
  /// The parts, each with its own cells; empty if the cells are few.
  private(set) var parts: [CellFold] = []

  /// Folds cells by the first axis that groups them, and each part by the next.
  init(_ label: String, _ cells: [RunFacts.CellFacts], axes: [String]) {
    self.init(label, cells, open: axes, axes: axes)
  }

  private init(
    _ label: String, _ cells: [RunFacts.CellFacts], open: [String], axes: [String]
  ) {
    (self.label, self.cells) = (label, cells)
    guard cells.count > Self.limit else { return }
    for (place, axis) in open.enumerated() {
      let groups = Self.groups(cells, by: axis, of: axes)
      guard groups.count > 1, groups.count <= Self.limit, groups.count < cells.count else {
        continue
      }
      let rest = Array(open[..<place] + open[(place + 1)...])
      self.axis = axis
      parts = groups.map { value, members in
        CellFold(value.map { "\(axis)=\($0)" } ?? "no \(axis)", members, open: rest, axes: axes)
      }
      return
    }
    // No axis groups them: stretches of equal length.
    let length = max(Self.limit, (cells.count + Self.limit - 1) / Self.limit)
    parts = stride(from: 0, to: cells.count, by: length).map { start in
      let members = Array(cells[start..<min(start + length, cells.count)])
      let ends = [members.first, members.last].compactMap { $0?.row.cell }
      return CellFold(
        ends.map(Self.place(in:)).joined(separator: " … "), members, open: [], axes: axes)
    }
  }

  /// The part of a cell's name after the stage.
  static func place(in cell: String) -> String {
    String(cell.drop { $0 != "@" }.dropFirst())
  }

  /// Cells by their value along an axis, in the order of their first cells.
  static func groups(
    _ cells: [RunFacts.CellFacts], by axis: String, of axes: [String]
  ) -> [(value: String?, cells: [RunFacts.CellFacts])] {
    var order: [String?: Int] = [:]
    var groups: [(value: String?, cells: [RunFacts.CellFacts])] = []
    for cell in cells {
      let value = CellCoordinates(cell.row.cell, axes: axes).values.first { $0.axis == axis }?.value
      if let place = order[value] {
        groups[place].cells.append(cell)
      } else {
        order[value] = groups.count
        groups.append((value, [cell]))
      }
    }
    return groups
  }
}
