internal import PipelineDSL
internal import Store

/// Checks each input in a key's pre-image against the output of the cell it came from in the run.
struct InputAudit {
  let run: AuditedRun
  let keys: [Digest: KeyRecord]

  func check() -> AuditCheck {
    var check = AuditCheck("inputs")
    let given = run.given
    let edges = Dictionary(grouping: run.edges, by: \.to)
    var count = 0
    var cells = 0
    for row in run.results {
      guard let key = row.key, let preImage = try? keys[key]?.preImage else { continue }
      cells += 1
      let recorded = Dictionary(grouping: edges[row.cell] ?? [], by: \.input)
      let ports = preImage["inputs"]?.object
      for port in Set(recorded.keys).union(ports?.names ?? []).sorted() {
        let sources = recorded[port] ?? []
        let claims = (ports?[port]?.elements ?? []).map { $0.text ?? $0["digest"]?.text }
        count += claims.count
        if sources.count != claims.count {
          check.report(
            .input, "'\(port)' of \(row.cell)",
            expected: "\(sources.count) artifacts, as in table stage_edge",
            found: "\(claims.count) in the pre-image of its key")
        }
        for (source, claim) in zip(sources, claims) {
          let digest = given[source.from]?[source.output]
          guard claim != digest?.hex else { continue }
          check.report(
            .input, "'\(port)' of \(row.cell)",
            expected: "'\(source.output)' of \(source.from), \(digest?.hex ?? "which has none")",
            found: claim ?? "no digest")
        }
      }
    }
    check.count("inputs", count)
    check.count("cells", cells)
    return check
  }
}
