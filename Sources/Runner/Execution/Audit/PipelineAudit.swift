internal import PipelineDSL
internal import Store

/// Resolves the stored text of a run's pipeline again and checks cells, edges and keys against it.
struct PipelineAudit {
  let run: AuditedRun
  let keys: [Digest: KeyRecord]
  let catalogue: Catalogue
  let records: RunRecords
  let version: String

  /// Whether this version of Assay made the run; if not, differences are notes and not problems.
  private var isSameVersion: Bool { run.environment["assay"] ?? version == version }

  /// The check, and the pipeline if it could be resolved.
  func check() -> (AuditCheck, Pipeline?) {
    var check = AuditCheck("pipeline")
    guard let pipeline = resolve(&check) else { return (check, nil) }
    if !isSameVersion {
      check.notes.append(
        "the run was made by Assay \(run.environment["assay"] ?? "?"), and this is \(version): "
          + "differences between the two versions are noted, and are not problems")
    }
    var wanted: Set<Int> = []
    for row in run.rows {
      guard let cell = pipeline.cell(named: row.cell) else {
        check.report(
          .pipeline, "table stage_run, row \(row.id)", expected: "a cell of the pipeline",
          found: row.cell)
        continue
      }
      wanted.insert(cell.index)
      if cell.stage != row.stage || cell.kind != row.kind {
        check.report(
          .pipeline, "table stage_run, row \(row.id) (\(row.cell))",
          expected: "stage \(cell.stage) of kind \(cell.kind)",
          found: "stage \(row.stage) of kind \(row.kind)")
      }
    }
    compare(wanted, of: pipeline, &check)
    var compared = 0
    for row in run.results {
      guard let cell = pipeline.cell(named: row.cell), let key = row.key,
        let preImage = try? keys[key]?.preImage
      else { continue }
      compared += 1
      compare(preImage, to: cell, &check)
    }
    for row in run.results {
      guard let cell = pipeline.cell(named: row.cell) else { continue }
      compareChecks(of: row, to: cell, &check)
    }
    check.count("cells", wanted.count)
    check.count("edges", run.edges.count)
    check.count("keys", compared)
    check.count("thresholds", run.checks.values.reduce(0) { $0 + $1.count })
    if wanted.count < pipeline.cells.count {
      check.notes.append("the run had \(wanted.count) of \(pipeline.cells.count) cells")
    }
    return (check, pipeline)
  }

  /// The axes that the command line gave.
  private var axes: AxisOverrides {
    let text = run.environment[RunRequest.axesFact]
    return AxisOverrides(json: text.flatMap { try? JSONParser.parse($0) })
  }

  private func resolve(_ check: inout AuditCheck) -> Pipeline? {
    let digest = run.summary.run.pipelineDigest
    let subject = "table pipeline, \(digest.hex)"
    do throws(StoreError) {
      guard let text = try records.pipelineText(digest) else {
        check.report(.pipeline, subject, expected: "the text of the pipeline", found: "none")
        return nil
      }
      do throws(Diagnostics) {
        let pipeline = try PipelineResolver.resolve(
          bytes: Array(text.utf8), file: "\(run.summary.run.pipeline).json",
          overrides: run.parameters, axes: axes, parts: .none, catalogue: catalogue)
        if pipeline.name != run.summary.run.pipeline {
          check.report(
            .pipeline, "table run, \(run.id)", expected: "pipeline '\(pipeline.name)'",
            found: "'\(run.summary.run.pipeline)'")
        }
        let names = run.parameters.map(\.name)
        if Set(names) != Set(pipeline.parameters.names) {
          check.report(
            .pipeline, "table parameter of run \(run.id)",
            expected: pipeline.parameters.names.sorted().joined(separator: ", "),
            found: names.joined(separator: ", "))
        }
        return pipeline
      } catch {
        let reasons = error.list.map(\.text).joined(separator: "; ")
        if isSameVersion {
          check.report(.pipeline, subject, expected: "a valid pipeline", found: reasons)
        } else {
          check.notes.append(
            "the pipeline was written for Assay \(run.environment["assay"] ?? "?") and is not valid in "
              + "\(version): \(reasons)")
        }
      }
    } catch {
      check.report(.pipeline, subject, expected: "the text that was run", found: error.reason)
    }
    return nil
  }

  /// Checks that the run has every cell that its cells need, and the expected edges between them.
  private func compare(_ wanted: Set<Int>, of pipeline: Pipeline, _ check: inout AuditCheck) {
    for missing in pipeline.closure(of: wanted) where !wanted.contains(missing) {
      check.report(
        .pipeline, "table stage_run of run \(run.id)",
        expected: "a row of \(pipeline.cells[missing].name), which other cells need", found: "none")
    }
    let expected = wanted.sorted().flatMap { index in
      pipeline.cells[index].inputs.map { input in
        EdgeRow(
          from: pipeline.cells[input.cell].name, output: input.output,
          to: pipeline.cells[index].name, input: input.port)
      }
    }
    guard expected != run.edges else { return }
    let place = zip(expected, run.edges).enumerated().first { $1.0 != $1.1 }?.offset
    let index = place ?? min(expected.count, run.edges.count)
    func text(_ edges: [EdgeRow]) -> String {
      guard edges.indices.contains(index) else { return "none" }
      let edge = edges[index]
      return "\(edge.from).\(edge.output) -> \(edge.to).\(edge.input)"
    }
    check.report(
      .pipeline, "table stage_edge of run \(run.id), edge \(index + 1)", expected: text(expected),
      found: text(run.edges))
  }

  /// Evaluates the cell's checks again with the recorded metrics.
  private func compareChecks(of row: StageRunRow, to cell: Cell, _ check: inout AuditCheck) {
    let metrics = run.metrics[row.id] ?? []
    let expected = cell.checks.map { wanted in
      // What the record had up to this row; rows are only ever added.
      let value =
        wanted.isOfRecord
        ? (try? records.testEvaluations(upToStageRun: row.id)).map { Double($0.results) }
        : metrics.last { $0.name == wanted.metric }?.value
      // The record stores no value for NaN.
      return CheckRow(
        stageRun: row.id, metric: wanted.metric, relation: wanted.relation.rawValue,
        threshold: wanted.threshold, value: value.flatMap { $0.isNaN ? nil : $0 },
        met: wanted.isMet(by: value))
    }
    let recorded = run.checks[row.id] ?? []
    guard expected != recorded else { return }
    func text(_ rows: [CheckRow]) -> String {
      let lines = rows.map {
        "\($0.metric) \($0.relation) \($0.threshold): \($0.value.map { "\($0)" } ?? "none"), "
          + ($0.met ? "met" : "not met")
      }
      return lines.isEmpty ? "none" : lines.joined(separator: "; ")
    }
    check.report(
      .pipeline, "table check_result of \(row.cell)", expected: text(expected),
      found: text(recorded))
  }

  /// Rebuilds the key's pre-image from the cell and the recorded content, and compares the two.
  private func compare(_ recorded: JSONValue, to cell: Cell, _ check: inout AuditCheck) {
    guard let kind = catalogue[cell.kind] else { return }
    let content = RecordedContent.content(of: cell, in: recorded)
    let made = StageKey(cell: cell, kind: kind, content: content).preimage
    let differences = StageKey.differences(from: recorded, to: made)
    let fields = Set(
      differences.map { $0.pointer.split(separator: "/").first.map(String.init) ?? "" })
    let isOfAnother = !isSameVersion || fields.contains("revision") || fields.contains("format")
    for difference in differences {
      let expected = difference.new?.shown ?? "none"
      let found = difference.old?.shown ?? "none"
      let field = String(difference.pointer.dropFirst())
      if isOfAnother || field.hasPrefix("libraries") {
        check.notes.append(
          "\(cell.name): \(field) is \(found) in its key, and would be \(expected) now")
      } else {
        check.report(
          .pipeline, "the key of \(cell.name)", expected: "\(field) \(expected)", found: found)
      }
    }
  }
}

/// The content that went into a cell, as stated in a recorded pre-image.
enum RecordedContent {
  /// Inputs in the cell's order with the pipeline's coordinates; locations and code as recorded.
  ///
  /// What the record lacks becomes the digest of the empty string, so that the difference shows.
  static func content(of cell: Cell, in preImage: JSONValue) -> StageKey.Content {
    var content = StageKey.Content()
    for input in cell.inputs {
      let place = content.inputs[input.port]?.count ?? 0
      let elements = preImage["inputs"]?[input.port]?.elements ?? []
      let element = elements.indices.contains(place) ? elements[place] : .null
      content.inputs[input.port, default: []].append(
        (digest(element) ?? Digest.of(""), input.coordinates))
    }
    for name in cell.locations.keys {
      content.locations[name] = digest(preImage["locations"]?[name]) ?? Digest.of("")
    }
    for (name, value) in preImage["code"]?.object?.members ?? [] {
      content.code[name] = digest(value) ?? Digest.of("")
    }
    return content
  }

  private static func digest(_ value: JSONValue?) -> Digest? {
    (value?.text ?? value?["digest"]?.text).flatMap { Digest(hex: $0) }
  }
}
