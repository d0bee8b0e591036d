internal import Execution
internal import Foundation
internal import PipelineDSL
internal import Reports
internal import Stages
internal import Store

/// The values that a placeholder of help stands for, on one command line.
struct CompletionValues {
  private typealias Candidate = LineCompletion.Candidate

  let verb: Verb
  /// The words before the one being typed.
  let arguments: Arguments
  /// What has been typed of the value.
  let typed: String

  /// The verbs, with what they do.
  static let verbs = Verb.all.map { LineCompletion.Candidate(word: $0.name, about: $0.summary) }

  /// The values of an option.
  func answer(for option: Option) -> LineCompletion.Answer {
    switch (option.name, option.value ?? "") {
    case ("--pipeline", _): return .words(named((try? records()?.pipelines()) ?? []))
    case ("--metric", _), ("--name", "PATTERN"): return .words(metrics)
    case ("--columns", "LIST"): return listed(columns)
    case ("--sort", _):
      let columns = columns
      return .words(columns + columns.map { .init(word: "-" + $0.word, about: $0.about) })
    case ("--against", _): return .words([.init(word: "last-good")] + runs)
    case (_, "FORMAT"), (_, "TEST"): return .words(named(Self.choices(in: option.help)))
    case ("--executor", _):
      return .words(named(ExecutionProfile.Executor.allCases.map(\.rawValue)))
    case ("--on-interrupt", _): return .words(named(RemoteEnding.allCases.map(\.rawValue)))
    case (_, "EXPRESSION"): return .words(fields)
    case (_, let placeholder): return answer(for: placeholder)
    }
  }

  /// The values at a place; for a word in lower case, the word.
  func answer(for placeholder: String) -> LineCompletion.Answer {
    switch placeholder {
    case "FILE", "INPUT", "PROJECT": return .files
    case "DIR", "REMOTE": return .folders
    case "RUN": return .words(runs)
    case "STAGE", "S": return .words(stages)
    case "CELL": return .words(cells)
    case "CELL.PORT": return .words(cells + ports)
    case "KIND":
      return .words(
        StageCatalogue.all.kinds.map { .init(word: $0.name, about: $0.summary) })
    case "NAME" where verb.name == "tag": return .words(tags)
    case "NAME=VALUE":
      return .words(parameters.map { .init(word: $0.word + "=", about: $0.about) })
    case "NAME" where verb.name == "figure": return .words(figures)
    case "NAME=VALUES": return .words(axes.map { .init(word: $0 + "=") })
    case "AXIS": return .words(named(axes))
    case "AXIS=VALUE,VALUE": return .words(axisValues)
    case "VERB": return .words(Self.verbs)
    case "SHELL": return .words(named(CompletionScript.allCases.map(\.rawValue)))
    default:
      return .words(placeholder.first?.isLowercase == true ? [.init(word: placeholder)] : [])
    }
  }

  private func named(_ names: some Sequence<String>) -> [Candidate] {
    names.map { Candidate(word: $0) }
  }

  /// The choices in a text such as `text (default), markdown or json`.
  private static func choices(in help: String) -> [String] {
    let list = help.split(separator: ":").last ?? ""
    return list.replacing(" or ", with: ", ").split(separator: ",").compactMap { part in
      part.split(separator: " ").first.map(String.init)
    }
  }

  /// Values of a list that is joined by commas: those before the last comma stay.
  private func listed(_ candidates: [Candidate]) -> LineCompletion.Answer {
    let kept = typed.lastIndex(of: ",").map { String(typed[...$0]) } ?? ""
    return .words(candidates.map { .init(word: kept + $0.word, about: $0.about) })
  }

  // MARK: The record

  private func records() throws -> RunRecords? {
    let workspace = Workspace(arguments)
    return try workspace.openRecordsIfAny()
  }

  /// The run that the command line names, or the latest.
  private var run: RunSummary? {
    guard let records = try? records() else { return nil }
    let isNamed = UsageSlots(verb).placeholders(after: []).contains("RUN")
    let reference = arguments.last("--run") ?? (isNamed ? arguments.words.first : nil)
    return try? records.run(reference ?? "latest")
  }

  private var runs: [Candidate] {
    guard let records = try? records(), let recent = try? records.runs(limit: 50) else { return [] }
    func about(_ run: RunSummary) -> String {
      "\(run.run.pipeline), \(run.end?.status.rawValue ?? "unfinished")"
    }
    var found: [Candidate] = []
    for (back, run) in recent.prefix(2).enumerated() {
      found.append(.init(word: back == 0 ? "latest" : "latest~\(back)", about: about(run)))
    }
    let pipelines = (try? records.pipelines()) ?? []
    if pipelines.count > 1 { found += named(pipelines.map { "latest:" + $0 }) }
    return found + tags + recent.map { .init(word: $0.run.id, about: about($0)) }
  }

  private var tags: [Candidate] {
    let marks = (try? records()?.marks()) ?? [:]
    return marks.flatMap { run, marks in
      marks.tags.map { Candidate(word: $0, about: "tag of run \(run)") }
    }.sorted { $0.word < $1.word }
  }

  private var rows: [StageRunRow] {
    guard let run else { return [] }
    return (try? records()?.stageRuns(run: run.run.id)) ?? []
  }

  /// The names of the figures of a run.
  private var figures: [Candidate] {
    guard let run, let records = try? records(),
      let objects = try? Workspace(arguments).openStore().objects,
      let figures = try? RunFigures(run: run, records: records, objects: objects)
    else { return [] }
    return figures.list.map { Candidate(word: $0.name, about: $0.title) }
  }

  private var metrics: [Candidate] {
    guard let run, let rows = try? records()?.metrics(run: run.run.id) else { return [] }
    return named(Set(rows.map(\.metric.name)).sorted())
  }

  /// The columns that a list of the verb has.
  private var columns: [Candidate] {
    let axes = axes.map { "axis." + $0 }
    switch verb.name {
    case "runs":
      return named(
        RunListing.columnNames + metrics.map { "metric." + $0.word } + axes
          + parametersOfRun.map { "parameter." + $0 })
    case "diff":
      return named(["cell", "metric", "a", "b", "difference", "steps", "check"])
    case "metrics": return named(["run", "cell", "step"] + axes) + metrics
    // `results` has axes as columns.
    default: return named(self.axes)
    }
  }

  private var fields: [Candidate] {
    named(
      Filter.fields.filter { !$0.hasSuffix(".") } + metrics.map { "metric." + $0.word }
        + axes.map { "axis." + $0 } + parametersOfRun.map { "parameter." + $0 })
  }

  private var parametersOfRun: [String] {
    guard let run else { return [] }
    return ((try? records()?.parameters(run: run.run.id)) ?? []).map(\.name)
  }

  /// The text of the pipeline: of the file that the line names, or of the run.
  private var pipelineText: String? {
    if let file = pipelineFile {
      return FileManager.default.contents(atPath: file).map { String(decoding: $0, as: UTF8.self) }
    }
    guard let run else { return nil }
    return (try? records()?.pipelineText(run.run.pipelineDigest)) ?? nil
  }

  /// The pipeline file that the line names, if the verb takes one.
  private var pipelineFile: String? {
    UsageSlots(verb).placeholders(after: []) == ["FILE"] ? arguments.words.first : nil
  }

  private var axes: [String] { PipelineText(pipelineText).axes }

  private var axisValues: [Candidate] {
    let axes = axes
    var values: [String: [String]] = [:]
    for row in rows {
      for (axis, value) in CellCoordinates(row.cell, axes: axes).values
      where values[axis]?.contains(value) != true {
        values[axis, default: []].append(value)
      }
    }
    // One value is typed, and the other follows the comma.
    return axes.flatMap { axis -> [Candidate] in
      let all = values[axis] ?? []
      return all.flatMap { first in
        all.filter { $0 != first }.map { .init(word: "\(axis)=\(first),\($0)") }
      }
    }
  }

  // MARK: The pipeline

  private var parameters: [Candidate] {
    guard let text = pipelineText, let root = try? JSONParser.parse(text) else { return [] }
    return (root["parameters"]?.object?.members ?? []).map {
      Candidate(word: $0.name, about: "default: \(JSONCanonicalForm.text(of: $0.value))")
    }
  }

  /// The pipeline of the file, if it is valid; it contains the stages of included parts.
  private var pipeline: Pipeline? {
    guard let file = pipelineFile, let text = pipelineText else { return nil }
    return try? PipelineResolver.resolve(
      bytes: Array(text.utf8), file: file, overrides: [], catalogue: StageCatalogue.all)
  }

  private var stages: [Candidate] {
    if pipelineFile != nil {
      let text = PipelineText(pipelineText)
      // Reading names is faster than checking everything, but it does not see included parts.
      guard pipelineText?.contains("\"include\"") == true, let pipeline else {
        return text.stages.map { Candidate(word: $0.name, about: $0.value["uses"]?.text ?? "") }
      }
      return pipeline.stages.map { Candidate(word: $0.name, about: $0.kind) }
    }
    var seen: Set<String> = []
    return rows.filter { seen.insert($0.stage).inserted }
      .map { Candidate(word: $0.stage, about: $0.kind) }
  }

  /// Cells, of which there may be many: those of a file only once a stage is typed.
  private var cells: [Candidate] {
    guard pipelineFile != nil else {
      return rows.map { Candidate(word: $0.cell, about: "\($0.kind), \($0.status.rawValue)") }
    }
    guard typed.contains("@"), let pipeline else { return [] }
    return pipeline.cells.map { Candidate(word: $0.name, about: $0.kind) }
  }

  /// The output ports of the cell that is typed, each after its name.
  private var ports: [Candidate] {
    guard let dot = typed.lastIndex(of: "."), let run,
      let row = rows.last(where: { $0.cell == typed[..<dot] }),
      let artifacts = try? records()?.artifacts(run: run.run.id)
    else { return [] }
    return artifacts.filter { $0.stageRun == row.id }
      .map { Candidate(word: "\(row.cell).\($0.port)", about: $0.type.rawValue) }
  }
}
