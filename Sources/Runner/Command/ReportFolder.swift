internal import Foundation
internal import Reports
internal import Stages
internal import Store

/// Where the pages of a project are, and how they link to each other.
struct ReportFolder {
  /// The folder of reports: `RESULTS/reports`.
  let path: String

  /// The reports below a folder of results.
  init(results: String) { path = results + "/reports" }

  /// The path of the report of a run.
  func report(_ run: String) -> String { "\(path)/\(run).html" }

  /// Writes the report of a run, and what does not fit into it, to a path; `live` is what the run is
  /// doing.
  @discardableResult
  static func write(
    _ run: RunSummary, records: RunRecords, objects: ObjectStore, to path: String,
    live: LiveState? = nil
  ) throws -> RunReport.Output {
    let report = try RunReport.output(
      run: run, records: records, objects: objects, catalogue: StageCatalogue.all,
      place: ReportPlace(path: path), live: live)
    do { try report.write(to: path) } catch {
      throw CommandError.failed("\(path): cannot be written: \(error.localizedDescription)")
    }
    return report
  }

  /// Writes the page that compares runs; returns its path.
  func compare(
    _ runs: [RunSummary], records: RunRecords, cache: ActionCache, to output: String?
  ) throws -> String {
    guard runs.count <= ComparisonPage.runLimit else {
      throw CommandError.usage("a page compares at most \(ComparisonPage.runLimit) runs")
    }
    let names = runs.map(\.run.id).joined(separator: "_")
    let path = output ?? "\(path)/compare-\(names).html"
    let html = try ComparisonPage.html(
      runs, records: records, cache: cache, report: links(from: path))
    try TextFile.write(html, to: path)
    return path
  }

  /// Links from a page to the reports that exist: relative, and `nil` for a run without one.
  func links(from page: String) -> (String) -> String? {
    let names = Set((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [])
    let way = Self.way(
      from: URL(fileURLWithPath: page).deletingLastPathComponent(), to: URL(fileURLWithPath: path)
    )
    return { run in names.contains("\(run).html") ? way + "\(run).html" : nil }
  }

  /// The relative way from one folder to another, as it is written in a link: `../other/`, or empty.
  static func way(from start: URL, to end: URL) -> String {
    let (from, to) = (
      start.standardizedFileURL.pathComponents, end.standardizedFileURL.pathComponents
    )
    let shared = zip(from, to).prefix { $0 == $1 }.count
    let steps =
      Array(repeating: "..", count: from.count - shared)
      + to.dropFirst(shared).map {
        $0.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? $0
      }
    return steps.map { $0 + "/" }.joined()
  }
}
