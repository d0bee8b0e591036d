internal import Foundation
internal import PipelineDSL
internal import Statistics

/// Metrics of several cells side by side, and their statistics over repeats.
struct ComparisonTable: Sendable {
  /// One cell: its axis values and its metrics.
  struct Cell: Sendable {
    /// The axis values as text, by axis.
    var coordinates: [String: String]
    /// The values by metric; contains every metric of the table.
    var values: [String: Double]
    /// The test samples per training sample, if its metrics say it.
    var testToTrain: Double?
  }

  /// The axes, sorted.
  let axes: [String]
  /// The metrics, as the user listed them.
  let metrics: [String]
  /// The cells, in the order given.
  let cells: [Cell]
  /// The axis whose values are repeats of one experiment.
  let repeats: String?
  /// The confidence of the intervals, above 0 and below 1.
  var confidence = 0.95
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

  /// The mean, standard deviation and interval of a metric over the cells of a group.
  func statistics(of metric: String, in group: [Cell]) -> MeanInterval {
    MeanInterval(of: group.compactMap { $0.values[metric] }, confidence: confidence)
  }

  /// One row per group: remaining coordinates, count, and for each metric the mean, the standard
  /// deviation and the interval of the mean.
  var summary: CSVTable {
    let names = Set(chosen.map(name))
    return CSVTable(
      columns: groupAxes + selectedColumn + ["n"]
        + metrics.flatMap { ["mean/\($0)", "sd/\($0)", "low/\($0)", "high/\($0)"] },
      rows: groups.map { group in
        groupAxes.map { group.first?.coordinates[$0] ?? "" }
          + group.prefix(1).flatMap { selectedField($0, names) }
          + [String(group.count)]
          + metrics.flatMap { metric in
            let interval = statistics(of: metric, in: group)
            return [interval.mean, interval.deviation].map(Self.text)
              + [interval.bounds?.lowerBound, interval.bounds?.upperBound].map(Self.roundedText)
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

  /// The numbers of a group: without repeats its values, otherwise means, standard deviations and the
  /// intervals of means.
  func numbers(of group: [Cell], prefix: String) -> [String: Double] {
    var numbers: [String: Double] = [:]
    if repeats != nil { numbers[prefix + "n"] = Double(group.count) }
    for metric in metrics {
      guard repeats != nil else {
        numbers[prefix + metric] = group.first?.values[metric]
        continue
      }
      let interval = statistics(of: metric, in: group)
      numbers["\(prefix)mean/\(metric)"] = interval.mean
      numbers["\(prefix)sd/\(metric)"] = interval.deviation
      numbers["\(prefix)low/\(metric)"] = interval.bounds.map { Self.rounded($0.lowerBound) }
      numbers["\(prefix)high/\(metric)"] = interval.bounds.map { Self.rounded($0.upperBound) }
    }
    // Sums of large numbers overflow; a metric must be finite.
    return numbers.filter(\.value.isFinite)
  }

  /// The shortest text that reads back to the same number; empty for `nil` and after an overflow.
  static func text(_ value: Double?) -> String {
    value.flatMap { $0.isFinite ? JSONCanonicalForm.text(of: $0) : nil } ?? ""
  }

  /// The text of a number that rests on logarithms or exponentials; empty for `nil`.
  static func roundedText(_ value: Double?) -> String { text(value.map(rounded)) }

  /// A number with twelve significant digits: mathematical libraries differ in the last ones, and
  /// equal keys must give equal bytes on every machine.
  static func rounded(_ value: Double) -> Double {
    Double(String(format: "%.12g", value)) ?? value
  }
}
