internal import PipelineDSL
internal import Store

/// Keys that produced other bytes than before.
enum DivergencesSection: ReportSection {
  static let (id, title) = ("divergences", "Divergences")

  static func body(_ context: ReportContext) -> HTML? {
    let rows = context.facts.divergences
    guard !rows.isEmpty else { return nil }
    let lines = rows.map { row -> HTML in
      """
      <tr><td>\(row.cell)</td><td>\(row.port)</td><td><code>\(row.key.short)</code></td>\
      <td><code>\(Display.text(.string(row.existing)))</code></td>\
      <td><code>\(Display.text(.string(row.found)))</code></td><td>\(row.file ?? "")</td>\
      <td>\(row.run == nil ? "an audit" : "this run")</td></tr>
      """
    }
    return """
      <div class="alarm mild">The same key produced other bytes. The result in the store is kept; the \
      stage is not the pure function that it has to be, or something in its surroundings that it \
      depends on is in no key.</div>
      <table class="wide"><tr><th>cell</th><th>port</th><th>key</th><th>in the store</th>\
      <th>found now</th><th>first file</th><th>found by</th></tr>
      \(HTML(lines))</table>
      """
  }
}
