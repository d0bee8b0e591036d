internal import PipelineDSL
internal import Store

/// Everything about one stage, folded below the graph: its parameters, inputs, outputs, checks, log,
/// key, and the command that runs it again.
struct StagePanel {
  /// The lines of a log that are shown.
  private static let logLines = 12
  /// The files of an artifact, the parameters and the checks that are listed.
  private static let rowLimit = 40

  /// The place of the stage in the graph, from 0.
  let index: Int
  private let context: ReportContext
  private let stage: StageGraph.Stage
  private let cells: [RunFacts.CellFacts]
  private let written: JSONValue?
  private let axes: [String]
  private let edges: [EdgeRow]
  private let fold: CellFold
  private let commands: RepeatCommand
  /// The counts of its cells.
  let counts: StatusCounts
  /// The name of its kind, as recorded or as the pipeline file has it.
  let kind: String

  /// The panel of a stage of the graph, with its cells and the edges that lead to them.
  init(
    _ index: Int, _ cells: [RunFacts.CellFacts], edges: [EdgeRow], text: PipelineText,
    context: ReportContext
  ) {
    (self.index, self.context, self.cells, self.edges) = (index, context, cells, edges)
    axes = text.axes
    let stage = context.facts.graph.stages[index]
    self.stage = stage
    written = text.stages.last { $0.name == stage.name }?.value
    fold = CellFold(stage.name, cells, axes: text.axes)
    commands = RepeatCommand(context.facts.summary.run.command)
    counts = StatusCounts(cells.map(\.row), total: stage.cells.count)
    kind = cells.first?.row.kind ?? written?["uses"]?.text ?? ""
  }

  /// The anchor of the panel of a stage.
  static func anchor(_ index: Int) -> String { "stage-\(index + 1)" }

  /// The panel, closed.
  var html: HTML {
    let descriptor = context.catalogue[kind]
    let about: HTML = descriptor.map { "<p>\($0.summary)</p>" } ?? .empty
    return """
      <details class="panel" data-panel><summary><b>\(stage.name)</b> <code>\(kind)</code> \
      \(counts.html) <span class="small">\(size)</span></summary>
      <div id="\(Self.anchor(index))">\(about)
      \(facts)\(failure)\(parameters(descriptor))\(inputs)\(outputs)\(checks)\(log)\(folded)</div></details>
      """
  }

  private var size: String {
    Display.count(stage.cells.count, "cell")
      + (counts.seconds > 0 ? ", " + Display.seconds(counts.seconds) : "")
  }

  // MARK: Facts

  private var facts: HTML {
    var rows: [(String, HTML)] = []
    if let cell = cells.first, stage.cells.count == 1 {
      let row = cell.row
      rows.append(("why", "\(row.reason)"))
      if row.seconds > 0 { rows.append(("time", "\(Display.seconds(row.seconds))")) }
      if let key = row.key { rows.append(("key", "<code>\(key.hex)</code>")) }
    } else {
      rows.append(("cells", "\(counts.words)"))
      if counts.seconds > 0 { rows.append(("time", "\(Display.seconds(counts.seconds))")) }
    }
    if counts.peakMemory > 0 {
      let most = stage.cells.count > 1 ? "at most " : ""
      rows.append(("memory", "\(most)\(ByteCount.text(counts.peakMemory))"))
    }
    let target = stage.cells.count == 1 ? stage.cells[0] : stage.name
    let isCached = counts.counts.contains { $0.status == .hit || $0.status == .executed }
    let command = commands.text(target, isForced: isCached && !counts.hasFailed)
    rows.append(("run again", "<code>\(command)</code>"))
    let lines = rows.map { name, value -> HTML in "<dt>\(name)</dt><dd>\(value)</dd>" }
    return "<dl>\(HTML(lines))</dl>"
  }

  private var failure: HTML {
    guard stage.cells.count > 1,
      let failed = cells.first(where: { $0.row.status == .failed })?.row
    else { return .empty }
    return """
      <p><b>\(failed.cell)</b> failed: \(failed.reason)<br><code>\(commands.text(failed.cell))</code></p>
      """
  }

  private var log: HTML {
    let shown = stage.cells.count == 1 ? cells.first : cells.first { $0.row.status == .failed }
    guard let row = shown?.row, let log = row.log else { return .empty }
    let lines = context.reader.tail(of: log, lines: Self.logLines)
    guard !lines.isEmpty else { return .empty }
    let whose = stage.cells.count == 1 ? "" : " of \(row.cell)"
    let text = lines.map(Display.line).joined(separator: "\n")
    return "<h4>End of the log\(whose)</h4><pre tabindex=\"0\">\(text)</pre>"
  }

  // MARK: Parameters

  private func parameters(_ descriptor: StageDescriptor?) -> HTML {
    let resolved = context.resolved.stages.first { $0.name == stage.name }
    let settings = StageSettings(
      resolved, kind: descriptor, written: written?["with"]?.object)
    guard !settings.settings.isEmpty else { return .empty }
    var note = ""
    if settings.isAsWritten {
      note = "As the pipeline file has them: the store has no key of this stage."
    } else if resolved?.isPartial == true {
      note = "From the keys of some of its cells."
    }
    let hint: HTML = note.isEmpty ? .empty : "<p class=\"soft small\">\(note)</p>"
    // Without the kind nothing is known of defaults.
    let isKnown = descriptor != nil && !settings.isAsWritten
    guard isKnown else { return "<h4>Parameters</h4>\(table(settings.settings, false))\(hint)" }
    let (changed, rest) = (settings.changed, settings.unchanged)
    let first: HTML =
      changed.isEmpty
      ? "<p class=\"soft\">All parameters have their defaults.</p>" : table(changed, true)
    let others: HTML =
      rest.isEmpty
      ? .empty
      : """
      <details><summary>\(Display.count(rest.count, "parameter")) at the default</summary>
      \(table(rest, false))</details>
      """
    return "<h4>Parameters</h4>\(first)\(others)\(hint)"
  }

  private func table(_ settings: [StageSettings.Setting], _ withDefaults: Bool) -> HTML {
    let lines = settings.map { setting -> HTML in
      let values = setting.values.prefix(8).map(Self.text).joined(separator: " · ")
      let more = setting.values.count > 8 ? " · and \(setting.values.count - 8) more" : ""
      let initial: HTML =
        withDefaults
        ? "<td class=\"soft\">\(setting.initial.map(Self.text) ?? "")</td>" : .empty
      return """
        <tr><th scope="row">\(setting.name)</th><td><code>\(values)\(more)</code></td>\(initial)\
        <td class="soft">\(setting.help)</td></tr>
        """
    }
    let head: HTML = withDefaults ? "<th scope=\"col\">default</th>" : .empty
    return Self.box(
      "<th scope=\"col\">parameter</th><th scope=\"col\">value</th>\(head)<th scope=\"col\">meaning</th>",
      lines, "parameters of \(stage.name)")
  }

  /// A value on one line, cut where it would fill the page.
  private static func text(_ value: JSONValue) -> String {
    let text = Display.line(Display.text(value))
    return text.count > 200 ? text.prefix(199) + "…" : text
  }

  private static func box(_ head: HTML, _ lines: [HTML], _ name: String) -> HTML {
    """
    <div class="scroll" role="group" aria-label="\(name)" tabindex="0"><table>\
    <thead><tr>\(head)</tr></thead><tbody>\(HTML(lines))</tbody></table></div>
    """
  }

  // MARK: Inputs and outputs

  private var inputs: HTML {
    var order: [[String]] = []
    var sources: [[String]: Set<String>] = [:]
    for edge in edges {
      let id = [edge.input, StageGraph.stage(of: edge.from), edge.output]
      if sources[id] == nil { order.append(id) }
      sources[id, default: []].insert(edge.from)
    }
    guard !order.isEmpty else { return .empty }
    let lines = order.prefix(Self.rowLimit).map { id -> HTML in
      let from = sources[id] ?? []
      let place = context.facts.graph.stages.firstIndex { $0.name == id[1] } ?? 0
      let whose = from.count == 1 ? from.first ?? id[1] : id[1]
      let many = from.count == 1 ? "" : " (\(from.count) cells)"
      return """
        <tr><th scope="row">\(id[0])</th><td><a href="#\(Self.anchor(place))">\(whose)</a>\(many)</td>\
        <td><code>\(id[2])</code></td></tr>
        """
    }
    return "<h4>Inputs</h4>"
      + Self.box(
        "<th scope=\"col\">input</th><th scope=\"col\">from</th><th scope=\"col\">output</th>",
        lines,
        "inputs of \(stage.name)")
  }

  private var outputs: HTML {
    var order: [String] = []
    var found: [String: [ArtifactRow]] = [:]
    for artifact in cells.flatMap(\.artifacts) {
      if found[artifact.port] == nil { order.append(artifact.port) }
      found[artifact.port, default: []].append(artifact)
    }
    guard !order.isEmpty else { return .empty }
    let lines = order.map { output($0, found[$0] ?? []) }
    return "<h4>Outputs</h4>"
      + Self.box(
        """
        <th scope="col">output</th><th scope="col">type</th><th scope="col">files</th>\
        <th scope="col" class="n">bytes</th><th scope="col">digest</th>
        """, lines, "outputs of \(stage.name)")
  }

  private func output(_ port: String, _ rows: [ArtifactRow]) -> HTML {
    let bytes = rows.reduce(0) { $0 + $1.bytes }
    let type = rows.first?.type.rawValue ?? ""
    var (files, digest): (HTML, HTML) = (.empty, .empty)
    if rows.count == 1 {
      digest = "<code>\(rows[0].digest.hex)</code>"
      switch context.reader.files(rows[0]) {
      case .missing(let reason): files = "<span class=\"soft\">\(reason)</span>"
      case .value(let all): files = Self.list(all)
      }
    } else {
      let distinct = Set(rows.map(\.digest)).count
      files = "\(Display.count(rows.count, "artifact"))"
      digest = "<span class=\"soft\">\(distinct) different</span>"
    }
    return """
      <tr><th scope="row">\(port)</th><td>\(type)</td><td>\(files)</td>\
      <td class="n">\(ByteCount.text(bytes))</td><td>\(digest)</td></tr>
      """
  }

  private static func list(_ files: [ArtifactManifest.File]) -> HTML {
    let lines = files.prefix(rowLimit).map { file -> HTML in
      "<code>\(file.path)</code> <span class=\"soft\">\(ByteCount.text(file.size))</span>"
    }
    let more: HTML =
      files.count > rowLimit ? "<br>and \(files.count - rowLimit) more" : .empty
    let list = HTML(stringLiteral: lines.map(\.text).joined(separator: "<br>"))
    if files.count <= 3 { return list }
    return "<details><summary>\(files.count) files</summary>\(list)\(more)</details>"
  }

  // MARK: Checks

  private var checks: HTML {
    var order: [[String]] = []
    var found: [[String]: [CheckRow]] = [:]
    for check in cells.flatMap(\.checks) {
      let id = [check.metric, check.relation, Display.number(check.threshold)]
      if found[id] == nil { order.append(id) }
      found[id, default: []].append(check)
    }
    guard !order.isEmpty else { return .empty }
    let lines = order.prefix(Self.rowLimit).map { id -> HTML in
      let rows = found[id] ?? []
      let (met, values) = (rows.count(where: \.met), rows.compactMap(\.value))
      let isMet = met == rows.count
      let verdict =
        rows.count == 1 ? (isMet ? "met" : "not met") : "met by \(met) of \(rows.count) cells"
      let range =
        [values.min(), values.max()].compactMap { $0.map(Display.number) }
      return """
        <tr><th scope="row">\(id[0])</th><td>\(id[1].replacing("-", with: " ")) \(id[2])</td>\
        <td class="n">\(range.isEmpty ? "missing" : Set(range).count == 1 ? range[0] : range.joined(separator: " to "))</td>\
        <td class="\(isMet ? "good" : "bad")">\(verdict)</td></tr>
        """
    }
    return "<h4>Checks</h4>"
      + Self.box(
        """
        <th scope="col">metric</th><th scope="col">expected</th><th scope="col" class="n">value</th>\
        <th scope="col">verdict</th>
        """, lines, "checks of \(stage.name)")
  }

  // MARK: Cells

  /// The cells by their values along each axis, with links to their tables.
  private var folded: HTML {
    guard cells.count > 1 else { return .empty }
    let tables = axes.map { axis -> HTML in
      let groups = CellFold.groups(cells, by: axis, of: axes)
      guard groups.count > 1, groups.count <= CellFold.limit else { return .empty }
      let lines = groups.enumerated().map { place, group -> HTML in
        let counts = StatusCounts(group.cells.map(\.row))
        let anchor = CellsSection.anchor(
          axis == fold.axis ? [index, place] : [index], in: context.facts)
        return """
          <tr><th scope="row"><a href="#\(anchor)">\(group.value ?? "none")</a></th>\
          <td class="n">\(group.cells.count)</td><td>\(counts.html)</td>\
          <td class="n">\(counts.seconds > 0 ? Display.seconds(counts.seconds) : "")</td>\
          <td class="n">\(counts.peakMemory > 0 ? ByteCount.text(counts.peakMemory) : "")</td></tr>
          """
      }
      return "<h4>Cells by \(axis)</h4>"
        + Self.box(
          """
          <th scope="col">\(axis)</th><th scope="col" class="n">cells</th>\
          <th scope="col">status</th><th scope="col" class="n">time</th>\
          <th scope="col" class="n">memory</th>
          """, lines, "cells of \(stage.name) by \(axis)")
    }
    let all = Display.count(cells.count, "cell")
    return HTML(tables)
      + "<p><a href=\"#\(CellsSection.anchor([index], in: context.facts))\">Table of its \(all)</a></p>"
  }
}
