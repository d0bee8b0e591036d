internal import PipelineDSL

/// What the run was given: parameters, environment and the pipeline's own text.
enum RecordSection: ReportSection {
  static let (id, title) = ("record", "Parameters, environment and pipeline")

  static func body(_ context: ReportContext) -> HTML? {
    let facts = context.facts
    let parameters = facts.parameters.map { name, value -> HTML in
      "<dt>\(name)</dt><dd><code>\(JSONCanonicalForm.text(of: value))</code></dd>"
    }
    let environment = facts.environment.map { name, value -> HTML in
      "<dt>\(name)</dt><dd>\(value)</dd>"
    }
    let text: HTML =
      facts.pipelineText.map {
        "<details><summary>text of the pipeline</summary><pre>\($0)</pre></details>"
      } ?? missing("The record does not contain the text of the pipeline.")
    return """
      <div class="pair"><div><h3>Parameters</h3><dl>\(HTML(parameters))</dl></div>
      <div><h3>Environment</h3><dl>\(HTML(environment))</dl></div></div>
      \(text)
      """
  }
}
