internal import PipelineDSL
internal import Store

/// The final values of metrics in several runs.
struct MetricMatrix {
  /// A metric of a cell: its value in each run, if there is one.
  struct Row {
    let cell: String
    let metric: String
    let values: [Double?]
    /// Whether a check or the name says that it is a result, and not only a number on the way.
    let isHeadline: Bool

    /// Whether the value is the same in all runs.
    var isEqual: Bool {
      values.allSatisfy { value in
        guard let value, let first = values[0] else { return value == nil && values[0] == nil }
        return value == first || value.isNaN && first.isNaN
      }
    }
  }

  /// The checked metrics and those of the test set, whether they differ or not.
  let headline: [Row]
  /// All other metrics that differ.
  let others: [Row]
  /// The number of other metrics with equal values.
  let unchanged: Int

  /// The metrics of some runs; cells in topological order, metrics by name.
  init(_ compared: ComparedRuns) {
    var (headline, others, unchanged) = ([Row](), [Row](), 0)
    let byName = compared.cellsByName
    for cell in compared.cells {
      let own = byName.map { $0[cell] }
      let values = own.map { $0?.finalValues() ?? [:] }
      let checked = Set(own.flatMap { $0?.checks.map(\.metric) ?? [] })
      for metric in Set(values.flatMap(\.keys)).sorted(by: RunFacts.natural) {
        let row = Row(
          cell: cell, metric: metric, values: values.map { $0[metric] },
          isHeadline: checked.contains(metric) || metric.hasPrefix("test/"))
        if row.isHeadline {
          headline.append(row)
        } else if row.isEqual {
          unchanged += 1
        } else {
          others.append(row)
        }
      }
    }
    // What differs is read first.
    self.headline = headline.filter { !$0.isEqual } + headline.filter(\.isEqual)
    (self.others, self.unchanged) = (others, unchanged)
  }
}
