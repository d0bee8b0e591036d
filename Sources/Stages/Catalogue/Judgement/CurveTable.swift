internal import PipelineDSL

/// `curves.csv`: the mean of each curve over images, by method.
struct CurveTable: Sendable {
  private struct Key: Hashable {
    var method: String
    var curve: String
  }

  private var keys: [Key] = []
  private var points: [Key: [(name: String, sum: Double, count: Int)]] = [:]

  /// Adds the curve of one image; `names` has what each point is at.
  ///
  /// All curves of a method and a name have the same points.
  mutating func add(_ curve: [Double], _ name: String, at names: [String], method: String) {
    for (step, value) in curve.enumerated() {
      add(value, name, step: step, at: names[step], method: method)
    }
  }

  /// Adds one point of the curve of one image; steps are added in ascending order.
  mutating func add(_ value: Double, _ name: String, step: Int, at place: String, method: String) {
    let key = Key(method: method, curve: name)
    if points[key] == nil { keys.append(key) }
    if (points[key]?.count ?? 0) <= step { points[key, default: []].append((place, 0, 0)) }
    points[key]?[step].sum += value
    points[key]?[step].count += 1
  }

  /// One row per method, curve and step.
  var table: CSVTable {
    CSVTable(
      columns: ["method", "curve", "step", "at", "images", "mean"],
      rows: keys.flatMap { key in
        (points[key] ?? []).enumerated().map { step, point in
          [
            key.method, key.curve, String(step), point.name, String(point.count),
            decimal(point.sum / Double(point.count), 6),
          ]
        }
      })
  }
}
