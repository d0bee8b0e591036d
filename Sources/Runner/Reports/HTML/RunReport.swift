internal import Foundation
public import PipelineDSL
public import Store

/// A run as one self-contained HTML file: no requests, images embedded; what does not fit is in files
/// beside it.
public enum RunReport {
  /// The default image budget in bytes, so that a report stays below 5 MB.
  public static let defaultImageBudget = 3 << 20
  /// The image budget of a run of thousands of cells, whose tables need the room.
  private static let largeRunImageBudget = 1 << 20
  /// The number of cells from which a run is one of them.
  private static let largeRun = 1000

  /// The sections in display order: what a reader asks first comes first.
  static let sections: [any ReportSection.Type] = [
    VerdictSection.self,
    FailuresSection.self,
    DivergencesSection.self,
    ResultsSection.self,
    GraphSection.self,
    GridSection.self,
    CurvesSection.self,
    ConfusionSection.self,
    EvaluationSection.self,
    IntervalsSection.self,
    PredictionsSection.self,
    ExplanationsSection.self,
    JudgementSection.self,
    FindingsSection.self,
    SamplesSection.self,
    SheetsSection.self,
    LeftOutSection.self,
    WarningsSection.self,
    MetricsSection.self,
    CellsSection.self,
    TimeLineSection.self,
    TimesSection.self,
    ProvenanceSection.self,
  ]

  /// A report, and what did not fit into it.
  public struct Output: Sendable {
    /// The report.
    public let html: String
    /// The files of the folder beside the report, by their names; it links to them.
    public let files: [(path: String, bytes: [UInt8])]
  }

  /// The report of a run.
  ///
  /// `catalogue` has the stage kinds, by which parameters that differ from their defaults are known.
  /// `imageBudget` is the maximum number of bytes that images add to the file, as encoded in it; by
  /// default what the size of the run leaves.
  /// What does not fit becomes a file in the folder of `place`; without a place it is left out, and
  /// the report says so. Objects that are missing from the store are reported in their place.
  /// `live` is what the run is doing; the page then loads itself again.
  ///
  /// - Throws: An error if the record cannot be read.
  public static func output(
    run: RunSummary, records: RunRecords, objects: ObjectStore,
    catalogue: Catalogue = Catalogue([]), place: ReportPlace? = nil,
    imageBudget: Int? = nil, live: LiveState? = nil
  ) throws(StoreError) -> Output {
    let facts = try RunFacts(run, records)
    let reader = ArtifactReader(objects)
    let times = try RunTimes(facts, records)
    let files = ReportFiles(place)
    let usual = facts.cells.count < largeRun ? defaultImageBudget : largeRunImageBudget
    let context = ReportContext(
      facts: facts, reader: reader, secondsSaved: try records.savedSeconds(run: run.run.id),
      pictures: ReportPictures(facts, reader, budget: imageBudget ?? usual, files: files),
      times: times,
      change: try RunChange(facts, records, ActionCache(objects)),
      resolved: EffectiveParameters(facts, ActionCache(objects)), catalogue: catalogue,
      isLive: live != nil)
    let now = live.map {
      PageFrame.Section(id: LiveSection.id, title: LiveSection.title, body: LiveSection.html($0))
    }
    let frame = PageFrame(
      header: ReportHeader.html(context),
      sections: [now].compactMap(\.self)
        + sections.compactMap { section in
          section.body(context).map { .init(id: section.id, title: section.title, body: $0) }
        },
      footer: """
        <p>Written by Assay from the record of run <code>\(run.run.id)</code> and its store. Times are \
        UTC. Every number comes from the record or from an artifact named beside it.</p>
        """)
    let html = Page(
      title: "\(run.run.pipeline) · \(run.run.id)", body: frame.html, reload: live?.reload
    ).html
    return Output(html: html, files: files.files)
  }
}

/// The data that the sections of a report are made from.
struct ReportContext {
  let facts: RunFacts
  let reader: ArtifactReader
  /// The time that the hits originally took to compute, in seconds.
  let secondsSaved: Double
  let pictures: ReportPictures
  /// The times by phase, if they were read.
  var times: RunTimes?
  /// What changed since the previous run; `nil` without one.
  var change: RunChange?
  /// The parameters of every stage with defaults filled in.
  var resolved = EffectiveParameters()
  /// The stage kinds, for their summaries and the defaults of their parameters.
  var catalogue = Catalogue([])
  /// Whether the run is known to be active.
  var isLive = false
}

/// A part of a report under a heading.
protocol ReportSection: SendableMetatype {
  /// The anchor.
  static var id: String { get }
  /// The heading.
  static var title: String { get }
  /// The content below the heading; `nil` if the run has none.
  static func body(_ context: ReportContext) -> HTML?
}

extension ReportSection {
  /// The message for something that a section cannot show.
  static func missing(_ reason: String) -> HTML { "<p class=\"soft\">\(reason)</p>" }

  /// Up to `limit` elements, and a note on the rest.
  static func cut<Element>(
    _ all: [Element], to limit: Int, _ one: String, _ many: String? = nil, see: String = ""
  ) -> (shown: ArraySlice<Element>, rest: HTML) {
    guard all.count > limit else { return (all[...], .empty) }
    let more = Display.count(all.count - limit, "more " + one, many.map { "more " + $0 })
    let hint = see.isEmpty ? "" : "; \(see) shows all"
    return (all.prefix(limit), "<p class=\"soft small\">and \(more)\(hint)</p>")
  }
}
