internal import Foundation
public import PipelineDSL
public import Store

/// A run as one self-contained HTML file: no requests, images embedded.
public enum RunReport {
  /// The default image budget in bytes: 8 MiB.
  public static let defaultImageBudget = 8 << 20

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

  /// The report of a run.
  ///
  /// `catalogue` has the stage kinds, by which parameters that differ from their defaults are known.
  /// `imageBudget` is the maximum number of bytes that images add to the file, as encoded in it;
  /// the report states what is left out. Objects that are missing from the store are reported in
  /// their place.
  ///
  /// - Throws: An error if the record cannot be read.
  public static func html(
    run: RunSummary, records: RunRecords, objects: ObjectStore,
    catalogue: Catalogue = Catalogue([]), imageBudget: Int = defaultImageBudget
  ) throws(StoreError) -> String {
    let facts = try RunFacts(run, records)
    let reader = ArtifactReader(objects)
    let times = try RunTimes(facts, records)
    let context = ReportContext(
      facts: facts, reader: reader, secondsSaved: times.secondsSaved,
      pictures: PictureSelection(facts, reader, budget: imageBudget), times: times,
      change: try RunChange(facts, records, ActionCache(objects)),
      resolved: EffectiveParameters(facts, ActionCache(objects)), catalogue: catalogue)
    let frame = PageFrame(
      header: ReportHeader.html(context),
      sections: sections.compactMap { section in
        section.body(context).map { .init(id: section.id, title: section.title, body: $0) }
      },
      footer: """
        <p>Written by Assay from the record of run <code>\(run.run.id)</code> and its store. Times are \
        UTC. Every number comes from the record or from an artifact named beside it.</p>
        """)
    return Page(title: "\(run.run.pipeline) · \(run.run.id)", body: frame.html).html
  }
}

/// The data that the sections of a report are made from.
struct ReportContext {
  let facts: RunFacts
  let reader: ArtifactReader
  /// The time that the hits originally took to compute, in seconds.
  let secondsSaved: Double
  let pictures: PictureSelection
  /// The times by phase, if they were read.
  var times: RunTimes?
  /// What changed since the previous run; `nil` if there is none.
  var change: RunChange?
  /// The parameters of every stage with defaults filled in.
  var resolved = EffectiveParameters()
  /// The stage kinds, for their summaries and the defaults of their parameters.
  var catalogue = Catalogue([])
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
