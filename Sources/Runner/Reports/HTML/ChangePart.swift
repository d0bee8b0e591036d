internal import PipelineDSL
internal import Store

/// The part of the verdict on the previous run: what changed, and how the metrics moved.
enum ChangePart {
  private static let (fieldLimit, moveLimit) = (12, 200)

  /// The part as HTML; a run without a previous one says so.
  static func html(_ change: RunChange?) -> HTML {
    guard let change else {
      return "<p class=\"soft\">The record has no earlier run of this pipeline with results.</p>"
    }
    let run = change.previous.run
    let head: HTML = """
      <h3>Since the previous run <span class="soft">\(run.id), \(Display.time(run.started))</span></h3>
      """
    guard !change.isEmpty else {
      return "\(head)<p>Nothing changed: the same keys and metrics.</p>"
    }
    let lines = fields(change)
    let rest: HTML =
      lines.count > fieldLimit
      ? "<li class=\"soft\">and \(lines.count - fieldLimit) more; 'assay diff' lists all</li>"
      : .empty
    let list: HTML =
      lines.isEmpty
      ? .empty
      : "<ul>\(HTML(lines.prefix(fieldLimit).map { "<li>\($0)</li>" }))\(rest)</ul>"
    return "\(head)<p>\(counts(change))</p>\(list)\(moves(change))"
  }

  private static func counts(_ change: RunChange) -> String {
    var parts: [String] = []
    if change.changed > 0 {
      parts.append("\(Display.count(change.changed, "cell")) changed, \(change.unchanged) did not")
    } else {
      parts.append("No cell of both runs changed (\(change.unchanged))")
    }
    if change.added > 0 { parts.append("\(change.added) only in this run") }
    if change.removed > 0 { parts.append("\(change.removed) only in the previous run") }
    return parts.joined(separator: "; ") + "."
  }

  /// One line per parameter, field of keys, location and fact of the environment that differs.
  private static func fields(_ change: RunChange) -> [HTML] {
    func line(_ what: String, _ old: JSONValue?, _ new: JSONValue?) -> HTML {
      let pair = RunComparison.shown(old, new)
      return "\(what): <code>\(pair[0])</code> → <code>\(pair[1])</code>"
    }
    var lines = change.parameters.map { line("parameter \($0.name)", $0.a, $0.b) }
    // A parameter of the pipeline that differs shows up in the stages that refer to it as well.
    let known = Set(
      change.parameters.map { [$0.a, $0.b].map { $0.map(JSONCanonicalForm.text) ?? "" } })
    lines += change.fields.parameters.filter { field in
      !known.contains([field.old, field.new].map { $0.map(JSONCanonicalForm.text) ?? "" })
    }.map { line("\($0.whose) \($0.name)", $0.old, $0.new) }
    lines += change.fields.locations.map { field in
      guard let files = field.files else { return "\(field.whose) \(field.name): other files" }
      let counts = [
        (files.edited.count, "changed"), (files.added.count, "added"),
        (files.removed.count, "removed"), (files.renamed.count, "renamed"),
      ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
      return "\(field.whose) \(field.name): files \(counts.joined(separator: ", "))"
    }
    lines += (change.fields.code + change.fields.others).map { field in
      line("\(field.owner) \(field.name)", field.old, field.new)
    }
    return lines
      + change.environment.map {
        line("\($0.name)", $0.a.map { .string($0) }, $0.b.map { .string($0) })
      }
  }

  /// The metrics that moved: those that became worse first, then those with a check.
  private static func moves(_ change: RunChange) -> HTML {
    let moves = change.moves
    let all =
      moves.regressions + moves.changes.filter { $0.relation != nil }
      + moves.changes.filter { $0.relation == nil }
    guard !all.isEmpty else { return "<p class=\"soft\">No checked or headline metric moved.</p>" }
    var table = DataTable(
      name: "metrics that moved",
      [
        .text("metric"), .text("cell"), .number("before"), .number("now"), .number("difference"),
        .text("check"),
      ])
    for (index, move) in all.prefix(moveLimit).enumerated() {
      let difference = move.old.flatMap { old in move.new.map { $0 - old } }
      let text = difference.map(Display.difference) ?? ""
      table.append([
        .init(move.metric), .init(move.cell), .init(move.old), .init(move.new),
        .init(
          html: index < moves.regressions.count
            ? "<b class=\"bad\">\(text) worse</b>" : "\(text)",
          value: difference?.description ?? ""),
        .init(move.relation?.replacing("-", with: " ") ?? ""),
      ])
    }
    let rest = all.count > moveLimit ? "and \(all.count - moveLimit) more; " : ""
    return """
      \(table.html)<p class="soft small">\(rest)<code>assay diff \(change.previous.run.id) \
      \(change.run)</code> compares every metric, artifact and prediction.</p>
      """
  }
}
