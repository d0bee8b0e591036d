internal import PipelineDSL
internal import Statistics

extension ComparisonTable {
  /// How one of several groups of repeats is chosen, without a look at the metrics of the test set.
  struct Selection: Sendable, Hashable {
    /// The metric that decides: its mean over repeats, the highest, or for a loss the lowest.
    var metric: String
    /// The axes along which groups compete; groups that differ along others do not.
    var axes: Set<String>
  }

  /// The axes that distinguish choices: neither repeated nor competing.
  private var fixedAxes: [String] {
    groupAxes.filter { selection?.axes.contains($0) != true }
  }

  /// The chosen groups of repeats in order of first appearance, one for each combination of values
  /// of the axes that do not compete; of equal ones the first.
  var chosen: [[Cell]] {
    guard let selection else { return [] }
    var order: [[String]] = []
    var best: [[String]: (score: Double, group: [Cell])] = [:]
    for group in groups {
      let key = fixedAxes.map { group.first?.coordinates[$0] ?? "" }
      let mean = statistics(of: selection.metric, in: group).mean
      let score = MetricDirection(of: selection.metric) == .lower ? -mean : mean
      if let old = best[key] {
        guard score > old.score else { continue }
      } else {
        order.append(key)
      }
      best[key] = (score, group)
    }
    return order.compactMap { best[$0]?.group }
  }

  /// The column that says whether a row was chosen; none without a choice.
  var selectedColumn: [String] { selection == nil ? [] : [ComparisonFormat.selectedColumn] }

  /// The field of a cell in that column, by the names of the chosen groups.
  func selectedField(_ cell: Cell, _ chosen: Set<String>) -> [String] {
    selection == nil ? [] : [chosen.contains(name(of: [cell])) ? "yes" : "no"]
  }

  /// The metrics of the chosen groups, under `selected/` and the values of the axes that do not
  /// compete.
  var selectedNumbers: [String: Double] {
    var numbers: [String: Double] = [:]
    for group in chosen {
      let name = name(of: group, along: fixedAxes)
      numbers.merge(
        self.numbers(of: group, prefix: "selected/" + (name.isEmpty ? "" : name + "/"))
      ) { first, _ in first }
    }
    return numbers
  }
}
