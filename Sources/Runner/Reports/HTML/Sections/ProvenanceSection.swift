internal import PipelineDSL
internal import Store

/// What the run was made from: identity, environment, pipeline with resolved values; and how to
/// verify, repeat and cite it.
enum ProvenanceSection: ReportSection {
  static let (id, title) = ("provenance", "Provenance")

  static func body(_ context: ReportContext) -> HTML? {
    let facts = context.facts
    let parameters = facts.parameters.map { name, value -> HTML in
      "<dt>\(name)</dt><dd><code>\(JSONCanonicalForm.text(of: value))</code></dd>"
    }
    let environment = facts.environment.map { name, value -> HTML in
      "<dt>\(name)</dt><dd>\(value)</dd>"
    }
    return """
      \(identity(facts))
      \(commands(facts.summary))
      <div class="pair">\(list("Parameters", parameters))\(list("Environment", environment))</div>
      \(resolved(context))
      \(texts(context))
      """
  }

  private static func list(_ title: String, _ items: [HTML]) -> HTML {
    items.isEmpty ? .empty : "<div><h3>\(title)</h3><dl>\(HTML(items))</dl></div>"
  }

  private static func identity(_ facts: RunFacts) -> HTML {
    let run = facts.summary.run
    var items: [(String, HTML)] = [
      ("run", "<code>\(run.id)</code>"), ("command", "<code>\(run.command)</code>"),
      ("pipeline text", "<code>sha256:\(run.pipelineDigest.hex)</code>"),
    ]
    if let end = facts.summary.end { items.append(("seal", "<code>\(end.seal.hex)</code>")) }
    return "<dl>\(HTML(items.map { "<dt>\($0.0)</dt><dd>\($0.1)</dd>" }))</dl>"
  }

  /// The commands that verify and repeat the run, and a line to cite it by.
  private static func commands(_ summary: RunSummary) -> HTML {
    let run = summary.run
    guard let end = summary.end else {
      return "<p class=\"soft\">The run has not ended, so it has no seal to audit or cite.</p>"
    }
    return """
      <h3>Verify and repeat</h3>
      <pre>assay audit \(run.id) --expect \(end.seal.hex)
      assay audit \(run.id) --replay --sample 5%
      assay show \(run.id)
      \(run.command)</pre>
      <p class="soft small">The first compares the record, the store and the seal; the second runs a \
      part of the cells again and compares their bytes. See 'assay help audit'.</p>
      <h3>Cite</h3>
      <p>Pipeline '\(run.pipeline)', run \(run.id) of \(Display.time(run.started)), seal \
      <code>\(end.seal.hex)</code>, made with Assay.</p>
      """
  }

  /// The parameters of every stage with defaults filled in.
  private static func resolved(_ context: ReportContext) -> HTML {
    let stages = context.resolved.stages
    guard !stages.isEmpty else { return .empty }
    var written: [String: Set<String>] = [:]
    for stage in context.facts.text.stages {
      written[stage.name] = Set(stage.value["with"]?.object?.names ?? [])
    }
    var table = DataTable(
      name: "parameters of stages",
      [.text("stage"), .text("kind"), .text("parameter"), .text("value"), .text("from")])
    for stage in stages {
      for parameter in stage.parameters {
        let values = parameter.values.prefix(valueLimit).map(JSONCanonicalForm.text)
        let more = parameter.values.count - values.count
        let isWritten = written[stage.name]?.contains(parameter.name) == true
        let text = values.joined(separator: " | ") + (more > 0 ? " and \(more) more" : "")
        table.append([
          .init(stage.name), .init(stage.kind), .init(parameter.name),
          .init(html: "<code>\(text)</code>", value: text),
          .init(isWritten ? "pipeline" : parameter.name == "seed" ? "seed" : "default"),
        ])
      }
    }
    guard table.count > 0 else { return .empty }
    return """
      <details><summary>resolved parameters of every stage: \(Display.count(table.count, "value"))\
      </summary>
      <p class="soft small">As the keys contain them; several values are those of an axis.</p>
      \(table.html)</details>
      """
  }

  private static let valueLimit = 12

  private static func texts(_ context: ReportContext) -> HTML {
    guard let text = context.facts.pipelineText else {
      return missing("The record does not contain the text of the pipeline.")
    }
    let full = context.resolved.text(of: text)
    return """
      \(full.map { folded("pipeline with resolved values", $0, context) } ?? .empty)\
      \(folded("pipeline as written", text, context))
      """
  }

  /// The bytes of a text that are shown in the page.
  private static let textLimit = 200_000

  /// A text to unfold; a long one as a file beside the report, or cut.
  private static func folded(_ title: String, _ text: String, _ context: ReportContext) -> HTML {
    let bytes = Array(text.utf8)
    guard bytes.count > textLimit else {
      return "<details><summary>\(title)</summary><pre>\(text)</pre></details>"
    }
    let size = ByteCount.text(bytes.count)
    if let link = context.pictures.files.add(title, "json", bytes) {
      return "<p><a href=\"\(link)\">\(title)</a> <span class=\"soft\">\(size)</span></p>"
    }
    let start = String(decoding: bytes.prefix(textLimit), as: UTF8.self)
    return """
      <details><summary>\(title)</summary><pre>\(start)</pre></details>\
      \(missing("The record has all \(size) of it."))
      """
  }
}
