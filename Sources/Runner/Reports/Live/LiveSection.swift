internal import PipelineDSL

/// The part of a report that shows what its run is doing now.
enum LiveSection {
  /// The anchor and the heading.
  static let (id, title) = ("live", "Running now")
  /// The maximum number of cells and of charts.
  private static let (cellLimit, chartLimit) = (50, 12)

  /// The progress of the run, its running cells, and their curves so far.
  static func html(_ live: LiveState) -> HTML {
    var body: HTML = """
      <p data-live="\(String(Int(live.time)))" data-reload="\(live.reload)">\(summary(live)) \
      <span class="soft">Written at \(Display.time(live.time)).</span></p>\(bar(live))
      """
    if live.running.isEmpty {
      body += "<p class=\"soft\">No cell is running at the moment.</p>"
    } else {
      body += table(live)
      body += charts(live.running)
    }
    return body
  }

  private static func summary(_ live: LiveState) -> String {
    let left = live.left.map { ", about \(Display.seconds($0)) left" } ?? ""
    return "\(live.settled) of \(Display.count(live.total, "cell")) ended, "
      + "\(live.running.count) running\(left)."
  }

  private static func bar(_ live: LiveState) -> HTML {
    let share = live.total > 0 ? Double(live.settled) / Double(live.total) : 0
    return progressBar(share, "cells that ended")
  }

  private static func progressBar(_ share: Double, _ name: String) -> HTML {
    let percent = share.isFinite ? max(0, min(1, share)) * 100 : 0
    return """
      <span class="track" role="progressbar" aria-label="\(name)" aria-valuemin="0" aria-valuemax="100" \
      aria-valuenow="\(Int(percent))"><i style="width:\(percent)%"></i></span>
      """
  }

  private static func table(_ live: LiveState) -> HTML {
    var table = DataTable(
      name: "running cells",
      [
        .text("cell"), .text("progress"), .text("latest"), .number("running for"), .number("left"),
        .text("why"),
      ])
    for cell in live.running.prefix(cellLimit) {
      var field = DataTable.Field("")
      if let progress = cell.progress, progress.total > 0 {
        let share = (Double(progress.done) + progress.share) / Double(progress.total)
        let text = "\(progress.done) of \(progress.total) \(Display.line(progress.unit))"
        field = .init(html: "\(progressBar(share, cell.name))\(text)", value: text)
      }
      table.append([
        .init(cell.name), field, .init(Display.line(cell.progress?.remark ?? "")),
        seconds(cell.seconds), cell.left.map(seconds) ?? .init(""), .init(cell.reason),
      ])
    }
    let rest: HTML =
      live.running.count > cellLimit
      ? "<p class=\"soft small\">and \(live.running.count - cellLimit) more</p>" : .empty
    return "\(table.html)\(rest)"
  }

  private static func seconds(_ value: Double) -> DataTable.Field {
    .init(html: "\(Display.seconds(value))", value: value.description)
  }

  /// The curves of running cells so far, drawn like those of cells that ended.
  private static func charts(_ cells: [LiveState.Cell]) -> HTML {
    let cards = cells.flatMap { cell -> [HTML] in
      let isByEpoch = LearningCurves.areByEpoch(cell.metrics)
      let families = LearningCurves.families(of: cell.metrics, from: isByEpoch ? 1 : 0)
      return families.keys.sorted(by: LearningCurves.precedes).compactMap { name -> HTML? in
        let series = (families[name] ?? []).filter { line in
          line.points.count > 1 && line.points.contains { $0.y.isFinite }
        }
        guard !series.isEmpty else { return nil }
        var chart = Chart(title: "\(cell.name) \(name)", series: series)
        chart.x.label = isByEpoch ? "epoch" : "step"
        let figure = Figure(
          chart, name: "live/\(cell.name)/\(name)", caption: "\(cell.name) \(name), so far")
        return "<div class=\"card\">\(figure.html)</div>"
      }
    }
    guard !cards.isEmpty else { return .empty }
    return "<div class=\"cards\">\(HTML(cards.prefix(chartLimit)))</div>"
  }
}
