internal import PipelineDSL
internal import Store

/// Whether the run passed, its checks, and where to look next.
enum VerdictSection: ReportSection {
  static let (id, title) = ("verdict", "Verdict")
  private static let checkLimit = 200

  static func body(_ context: ReportContext) -> HTML? {
    let facts = context.facts
    let outcome = OutcomeSummary(of: facts, exit: facts.summary.end?.exit ?? 1)
    let words = outcome.verdict
    let sentence = words.prefix(1).uppercased() + words.dropFirst()
    return """
      <div class="verdict \(tone(facts))"><b>\(sentence).</b>
      <ul>\(HTML(remarks(context, outcome).map { "<li>\($0)</li>" }))</ul></div>
      \(checks(outcome))
      \(ChangePart.html(context.change))
      """
  }

  private static func tone(_ facts: RunFacts) -> String {
    guard let end = facts.summary.end else { return "mild" }
    switch end.status {
    case .done: return facts.events("regression").isEmpty ? "good" : "mild"
    case .failed: return "bad"
    case .unmet, .dataMissing, .interrupted, .detached: return "mild"
    }
  }

  /// What a reader should know beside the verdict, each with a link to its section.
  private static func remarks(_ context: ReportContext, _ outcome: OutcomeSummary) -> [HTML] {
    let facts = context.facts
    var remarks: [HTML] = []
    func add(_ section: any ReportSection.Type, _ text: String) {
      remarks.append("<a href=\"#\(section.id)\">\(text)</a>")
    }
    if !outcome.failures.isEmpty {
      let names = outcome.failures.prefix(3).map(\.row.cell).joined(separator: ", ")
      let more = outcome.failures.count > 3 ? " and \(outcome.failures.count - 3) more" : ""
      add(FailuresSection.self, "Failed or interrupted: \(names)\(more)")
    }
    for event in facts.events("regression").prefix(3) {
      remarks.append("Regression: \(event.text)")
    }
    if !facts.divergences.isEmpty {
      add(
        DivergencesSection.self,
        Display.count(facts.divergences.count, "divergence") + ": a key produced other bytes")
    }
    let findings = FindingsSection.severities(context)
    if !findings.isEmpty {
      let counts = findings.map { Display.count($0.count, $0.severity) }.joined(separator: ", ")
      add(FindingsSection.self, "Findings in the data: \(counts)")
    }
    let warnings = facts.events("warning").count
    if warnings > 0 { add(WarningsSection.self, Display.count(warnings, "warning")) }
    if let sentence = facts.testSentence {
      remarks.append(
        "The test set was \(sentence). A choice made after a look at it makes its metrics too good."
      )
    }
    return remarks
  }

  private static func checks(_ outcome: OutcomeSummary) -> HTML {
    let all = outcome.checks.filter { !$0.check.met } + outcome.checks.filter(\.check.met)
    guard !all.isEmpty else { return .empty }
    var table = DataTable(
      name: "checks",
      [.text("check"), .text("cell"), .text("result"), .number("value"), .text("expected")])
    let (shown, rest) = cut(all, to: checkLimit, "check", see: "'assay show'")
    for (cell, check) in shown {
      let relation = check.relation.replacing("-", with: " ")
      let result = check.met ? "met" : "not met"
      table.append([
        .init(check.metric), .init(cell),
        .init(
          html: check.met
            ? "<span class=\"good\">✓ \(result)</span>" : "<b class=\"bad\">✗ \(result)</b>",
          value: result),
        .init(
          html: "\(check.value.map(Display.number) ?? "missing")",
          value: check.value?.description ?? ""),
        .init("\(relation) \(Display.number(check.threshold))"),
      ])
    }
    let met = outcome.checks.count(where: \.check.met)
    return """
      <h3>Checks <span class="soft">\(met) of \(outcome.checks.count) met</span></h3>
      \(table.html)\(rest)
      """
  }
}
