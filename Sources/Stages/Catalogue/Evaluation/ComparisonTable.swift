internal import Foundation
internal import PipelineDSL

/// Metrics of several cells side by side, and their statistics over repeats.
struct ComparisonTable: Sendable {
  /// One cell: its axis values and its metrics.
  struct Cell: Sendable {
    /// The axis values as text, by axis.
    var coordinates: [String: String]
    /// The values by metric; contains every metric of the table.
    var values: [String: Double]
  }

  /// The mean and standard deviation of a metric over repeats.
  struct Spread: Sendable, Hashable {
    /// The arithmetic mean.
    var mean: Double
    /// The sample standard deviation (n - 1); `nil` for a single value.
    var deviation: Double?
    /// The number of values.
    var count: Int

    /// Computes the statistics of at least one value.
    init(of values: [Double]) {
      count = values.count
      let mean = values.reduce(0, +) / Double(values.count)
      self.mean = mean
      if values.count > 1 {
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        deviation = (squares / Double(values.count - 1)).squareRoot()
      }
    }
  }

  /// The axes, sorted.
  let axes: [String]
  /// The metrics, as the user listed them.
  let metrics: [String]
  /// The cells, in the order given.
  let cells: [Cell]
  /// The axis whose values are repeats of one experiment.
  let repeats: String?
  /// How the best cells are chosen; `nil` if none are.
  var selection: Selection?

  /// The axes that distinguish groups of repeats.
  var groupAxes: [String] { axes.filter { $0 != repeats } }

  /// The groups of cells that differ only in the repeat, in order of first appearance.
  var groups: [[Cell]] {
    var order: [[String]] = []
    var members: [[String]: [Cell]] = [:]
    for cell in cells {
      let key = groupAxes.map { cell.coordinates[$0] ?? "" }
      if members[key] == nil { order.append(key) }
      members[key, default: []].append(cell)
    }
    return order.compactMap { members[$0] }
  }

  /// The name of a group: `augmentation=mixup,backbone=cnn`.
  func name(of group: [Cell]) -> String { name(of: group, along: groupAxes) }

  /// The values that the cells of a group share along some axes.
  func name(of group: [Cell], along axes: [String]) -> String {
    axes.compactMap { axis in
      group.first?.coordinates[axis].map { "\(axis)=\($0)" }
    }.joined(separator: ",")
  }

  /// One row per cell: coordinates, whether it was chosen, then metrics.
  var comparison: CSVTable {
    let names = Set(chosen.map(name))
    return CSVTable(
      columns: axes + selectedColumn + metrics,
      rows: cells.map { cell in
        axes.map { cell.coordinates[$0] ?? "" } + selectedField(cell, names)
          + metrics.map { Self.text(cell.values[$0]) }
      })
  }

  /// One row per group: remaining coordinates, count, mean and standard deviation of each metric.
  var summary: CSVTable {
    let names = Set(chosen.map(name))
    return CSVTable(
      columns: groupAxes + selectedColumn + ["n"] + metrics.flatMap { ["mean/\($0)", "sd/\($0)"] },
      rows: groups.map { group in
        groupAxes.map { group.first?.coordinates[$0] ?? "" }
          + group.prefix(1).flatMap { selectedField($0, names) }
          + [String(group.count)]
          + metrics.flatMap { metric in
            let spread = Spread(of: group.compactMap { $0.values[metric] })
            return [Self.text(spread.mean), Self.text(spread.deviation)]
          }
      })
  }

  /// The metrics: the number of cells, the numbers of each group under the group's name, and those
  /// of the chosen groups.
  ///
  /// Groups are never averaged, since they are what is compared. Without repeats, a cell has only
  /// its value, without mean and standard deviation.
  var numbers: [String: Double] {
    var numbers = ["n": Double(cells.count)]
    for group in groups {
      let name = name(of: group)
      numbers.merge(self.numbers(of: group, prefix: name.isEmpty ? "" : name + "/")) { $1 }
    }
    return numbers.merging(selectedNumbers) { first, _ in first }
  }

  /// The numbers of a group: without repeats its values, otherwise means and standard deviations.
  func numbers(of group: [Cell], prefix: String) -> [String: Double] {
    var numbers: [String: Double] = [:]
    if repeats != nil { numbers[prefix + "n"] = Double(group.count) }
    for metric in metrics {
      let values = group.compactMap { $0.values[metric] }
      guard repeats != nil else {
        numbers[prefix + metric] = values.first
        continue
      }
      let spread = Spread(of: values)
      numbers["\(prefix)mean/\(metric)"] = spread.mean
      numbers["\(prefix)sd/\(metric)"] = spread.deviation
    }
    return numbers
  }

  /// The shortest text that reads back to the same number; empty for `nil`.
  private static func text(_ value: Double?) -> String {
    value.map { JSONCanonicalForm.text(of: $0) } ?? ""
  }
}
