internal import PipelineDSL
internal import Store

/// The results of one run: what identifies it, its tables, and those of its `compare` stages.
struct RunResults: Sendable {
  /// The run.
  let summary: RunSummary
  /// The first sentence of the pipeline's description; may be empty.
  let about: String
  /// Remarks: the requested one, then the notes of the run.
  let notes: [String]
  /// The tables, in the order of the pipeline's stages.
  let tables: [GridTable]
  /// Further tables, printed as they are.
  let appendices: [ResultAppendix]
  /// The axes of the run, in order.
  let axes: [String]
  /// The metrics of the run, measured or published.
  let metrics: Set<String>

  /// Reads the results of a run.
  init(
    _ run: RunSummary, _ records: RunRecords, _ reader: ArtifactReader, _ request: ResultsRequest
  ) throws(StoreError) {
    let facts = try RunFacts(run, records)
    let layout = GridLayout(facts, try records.edges(run: run.run.id), request)
    summary = run
    let text = facts.pipelineText.flatMap { try? JSONParser.parse($0) }
    about = Self.firstSentence(of: text?["description"]?.text ?? "")
    notes = [request.note].compactMap(\.self) + facts.events("note").map(\.text)
    (tables, axes, metrics) = (layout.tables, layout.axes.names, layout.metricNames)
    appendices =
      ResultAppendix.all(facts, reader)
      + (request.times ? ResultAppendix.times(try RunTimes(facts, records)) : [])
  }

  /// The run's id.
  var id: String { summary.run.id }
  /// The pipeline's name.
  var pipeline: String { summary.run.pipeline }
  /// When the run began, as text in UTC.
  var started: String { Display.time(summary.run.started) }
  /// The seal; `nil` if the run has not ended.
  var seal: Digest? { summary.end?.seal }

  /// The status, such as `done` or `unfinished`.
  var status: String { summary.end?.status.rawValue ?? "unfinished" }

  /// `run 20261121-231501-ab12cd, 2026-11-21 23:15:01 UTC, seal 0f3a52b6c1d9`.
  var identity: String {
    let parts = [
      "run \(id)", started, seal.map { "seal \($0.short)" } ?? "without a seal",
    ]
    return (parts + (status == "done" ? [] : [status])).joined(separator: ", ")
  }

  /// A text up to the first full stop before a capital letter: `et al. 2024` does not end a sentence.
  static func firstSentence(of text: String) -> String {
    let line = Array(Display.line(text))
    for index in line.indices.dropLast(2)
    where line[index] == "." && line[index + 1] == " " && line[index + 2].isUppercase {
      return String(line[...index])
    }
    return String(line)
  }
}
