internal import Foundation
internal import PipelineDSL
public import Store

/// A run as one HTML file that needs nothing else: no requests, no scripts, pictures inside.
public enum RunReport {
  /// How many bytes of pictures a report takes in unless told otherwise: 8 MiB.
  public static let defaultImageBudget = 8 << 20

  /// The sections in the order in which they are read.
  static let sections: [any ReportSection.Type] = [
    FailuresSection.self, GraphSection.self, ResultsSection.self, ConfusionSection.self,
    CurvesSection.self, ExplanationsSection.self, SamplesSection.self, SheetsSection.self,
    LeftOutSection.self, WarningsSection.self, DivergencesSection.self, MetricsSection.self,
    CellsSection.self, RecordSection.self,
  ]

  /// The report of a run.
  ///
  /// `imageBudget` is the most bytes that pictures add to the file, as encoded in it; what is left
  /// out is said. Objects that are missing from the store are said in their place.
  ///
  /// - Throws: a record that cannot be read.
  public static func html(
    run: RunSummary, records: RunRecords, objects: ObjectStore,
    imageBudget: Int = defaultImageBudget
  ) throws(StoreError) -> String {
    let facts = try RunFacts(run, records)
    let reader = ArtifactReader(objects)
    let context = ReportContext(
      facts: facts, reader: reader, secondsSaved: try secondsSaved(facts, records),
      pictures: PictureSelection(facts, reader, budget: imageBudget))
    var shown: [(section: any ReportSection.Type, body: HTML)] = []
    var absent: [String] = []
    for section in sections {
      if let body = section.body(context) {
        shown.append((section, body))
      } else {
        absent.append(section.title.lowercased())
      }
    }
    let links = HTML(shown.map { "<a href=\"#\($0.section.id)\">\($0.section.title)</a>" })
    let bodies = HTML(
      shown.map { section, body in
        """
        <section id="\(section.id)"><h2>\(section.title)</h2>
        \(body)
        </section>
        """
      })
    let silence: HTML =
      absent.isEmpty
      ? .empty : "<p>This run has nothing for: \(absent.joined(separator: ", ")).</p>"
    let page: HTML = """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="referrer" content="no-referrer">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
      <title>\(run.run.pipeline) · \(run.run.id)</title>
      <style>
      \(ReportStyle.css)
      </style>
      </head>
      <body><main>
      \(ReportHeader.html(context))
      <nav>\(links)</nav>
      \(bodies)
      <footer>\(silence)<p>Written by Assay from the record of run <code>\(run.run.id)</code> and its \
      store. Times are UTC. Every number comes from the record or from an artifact named beside it.</p></footer>
      </main></body>
      </html>

      """
    return page.text
  }

  /// How long the results that were found in the store once took to compute.
  private static func secondsSaved(
    _ facts: RunFacts, _ records: RunRecords
  ) throws(StoreError) -> Double {
    var seconds = 0.0
    for cell in facts.cells where cell.row.status == .hit {
      guard let key = cell.row.key else { continue }
      seconds += try records.execution(of: key)?.seconds ?? 0
    }
    return seconds
  }
}

/// What the sections of a report are made from.
struct ReportContext {
  let facts: RunFacts
  let reader: ArtifactReader
  /// How long the hits once took to compute.
  let secondsSaved: Double
  let pictures: PictureSelection
}

/// A part of a report under a heading.
protocol ReportSection: SendableMetatype {
  /// The anchor.
  static var id: String { get }
  /// The heading.
  static var title: String { get }
  /// What stands below the heading; `nil` if the run has nothing to say here.
  static func body(_ context: ReportContext) -> HTML?
}

extension ReportSection {
  /// What a section says of something it cannot show.
  static func missing(_ reason: String) -> HTML { "<p class=\"soft\">\(reason)</p>" }

  /// Up to `limit` elements, and a remark on the rest.
  static func cut<Element>(
    _ all: [Element], to limit: Int, _ one: String, _ many: String? = nil, see: String = ""
  ) -> (shown: ArraySlice<Element>, rest: HTML) {
    guard all.count > limit else { return (all[...], .empty) }
    let more = Display.count(all.count - limit, "more " + one, many.map { "more " + $0 })
    let hint = see.isEmpty ? "" : "; \(see) shows all"
    return (all.prefix(limit), "<p class=\"soft small\">and \(more)\(hint)</p>")
  }
}
