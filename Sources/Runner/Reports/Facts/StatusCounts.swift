internal import Store

/// How many cells a run found cached, executed, and so on, with the time it spent on them.
struct StatusCounts {
  /// A status with the number of its cells.
  struct Count {
    /// The status; `nil` for cells that the run did not reach.
    let status: StageStatus?
    let count: Int

    /// The class of the style sheet, which gives it its colour.
    var style: String { status?.rawValue ?? "pending" }
    /// The status in words.
    var words: String { status?.rawValue ?? "not reached" }
    /// A sign that does not depend on colour.
    var sign: String {
      switch status {
      case .hit: "="
      case .executed: "✓"
      case .failed: "✕"
      case .skipped: "–"
      case .interrupted: "!"
      case nil: "…"
      }
    }
  }

  /// Statuses that occur, each with its number of cells.
  let counts: [Count]
  /// The number of all cells, reached or not.
  let total: Int
  /// The seconds that the run spent on them.
  let seconds: Double
  /// The largest peak memory of a cell, in bytes.
  let peakMemory: Int

  /// Counts rows; `total` includes cells that the run did not reach.
  init(_ rows: [StageRunRow], total: Int? = nil) {
    self.total = max(total ?? rows.count, rows.count)
    seconds = rows.reduce(0) { $0 + max($1.seconds, 0) }
    peakMemory = rows.map(\.peakMemory).max() ?? 0
    var found: [StageStatus: Int] = [:]
    for row in rows { found[row.status, default: 0] += 1 }
    let all =
      StageStatus.allCases.map { Count(status: $0, count: found[$0] ?? 0) }
      + [Count(status: nil, count: self.total - rows.count)]
    counts = all.filter { $0.count > 0 }
  }

  /// Whether a cell failed.
  var hasFailed: Bool { counts.contains { $0.status == .failed } }
  /// The counts in words: `12 hit, 1 failed`.
  var words: String { counts.map { "\($0.count) \($0.words)" }.joined(separator: ", ") }

  /// The counts with the signs of their statuses.
  var html: HTML {
    let parts = counts.map { count -> HTML in
      """
      <span title="\(count.count) \(count.words)"><i class="sign t-\(count.style)">\(count.sign)</i>\
      \(total == 1 ? count.words : String(count.count))</span>
      """
    }
    return "<span class=\"counts\">\(HTML(parts))</span>"
  }

  /// The counts as a bar.
  var bar: HTML {
    let parts = counts.map { count -> HTML in
      "<i class=\"\(count.style)\" style=\"width:\(Double(count.count) * 100 / Double(max(1, total)))%\"></i>"
    }
    return "<span class=\"statusbar\">\(HTML(parts))</span>"
  }

  /// What the signs mean.
  var legend: HTML {
    let parts = counts.map { count -> HTML in
      "<span><i class=\"sign t-\(count.style)\">\(count.sign)</i>\(count.words)</span>"
    }
    return "<div class=\"legend\">\(HTML(parts))</div>"
  }
}
