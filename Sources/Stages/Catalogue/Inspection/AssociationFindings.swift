internal import PipelineDSL
internal import Statistics

/// Finds labels, sources, groups and parts that go together and should not.
struct AssociationFindings {
  /// The smallest associations worth a note, a warning and an error: Cramér's V (Cohen 1988 calls
  /// 0.1 small, 0.3 medium and 0.5 large for two values).
  private static let (note, warning, error) = (0.1, 0.3, 0.7)
  /// The smallest association of source and part.
  private static let parted = 0.2
  /// The smallest deviate of an association: one in a thousand by chance.
  private static let deviate = 3.1

  private let scene: InspectionScene
  /// The unit of each sample: a group, or copies of one image.
  private let units: [Int]

  init(_ scene: InspectionScene, units: [Int]) { (self.scene, self.units) = (scene, units) }

  /// All findings, and the associations as metrics.
  func findings() -> (findings: [InspectionFinding], metrics: [StageMetric]) {
    var (findings, metrics): ([InspectionFinding], [StageMetric]) = ([], [])
    for search in [sourceLabel, sourcePart, labelPart] {
      let (finding, metric) = search()
      if let finding { findings.append(finding) }
      if let metric { metrics.append(metric) }
    }
    if let finding = straddlingGroups() { findings.append(finding) }
    return (findings, metrics)
  }

  private func straddlingGroups() -> InspectionFinding? {
    var found: [String: [Int]] = [:]
    for (index, sample) in scene.samples.enumerated()
    where !sample.group.isEmpty && scene.parts[index] != nil {
      found[sample.group, default: []].append(index)
    }
    let torn = found.filter { Set($0.value.map { scene.parts[$0] }).count > 1 }
      .sorted { $0.key < $1.key }
    guard !torn.isEmpty else { return nil }
    return InspectionFinding(
      kind: .groupStraddle, severity: .error, scope: scope(torn.flatMap(\.value)),
      count: torn.count, value: Double(torn.count) / Double(found.count),
      remedy: "split: groups: true",
      detail: "\(torn.count) of \(found.count) groups lie in several parts",
      members: torn.enumerated().flatMap { number, group in
        group.value.map { scene.member($0, set: number + 1) }
      })
  }

  private func scope(_ members: [Int]) -> String {
    Set(members.map { scene.samples[$0].source }).sorted().joined(separator: " + ")
  }

  private typealias Search = (finding: InspectionFinding?, metric: StageMetric?)

  private func sourceLabel() -> Search {
    let all = Array(scene.samples.indices)
    guard let (table, isReal) = table(all, \.source, \.label) else { return (nil, nil) }
    let metric = StageMetric("association/source-label", table.association)
    guard isReal, table.association >= Self.warning else { return (nil, metric) }
    let labels = Dictionary(grouping: all) { scene.samples[$0].label }.sorted { $0.key < $1.key }
    let lone = labels.filter { Set($0.value.map { scene.samples[$0].source }).count == 1 }
    let members = lone.flatMap { label, members in
      members.map { scene.member($0, note: "every '\(label)' is from one source") }
    }
    let names = lone.map { "'\($0.key)'" }.joined(separator: ", ")
    return (
      InspectionFinding(
        kind: .sourceLabel, severity: table.association >= Self.error ? .error : .warning,
        scope: scope(all), count: max(1, lone.count), value: table.association,
        remedy:
          "split: method: leave-source-out, or add images so that every class has several sources",
        detail: lone.isEmpty
          ? "the sources have other shares of the classes"
          : "classes from one source each: \(names)",
        members: members), metric
    )
  }

  private func sourcePart() -> Search {
    let all = scene.samples.indices.filter { scene.parts[$0] != nil }
    guard scene.hasSplit, let (table, isReal) = table(all, \.source, nil) else { return (nil, nil) }
    let metric = StageMetric("association/source-part", table.association)
    guard isReal, table.association >= Self.parted else { return (nil, metric) }
    return (
      InspectionFinding(
        kind: .sourcePart, severity: .warning, scope: scope(all), count: 1,
        value: table.association, remedy: "split: stratify: label+source",
        detail: "the parts have other shares of the sources", members: []), metric
    )
  }

  private func labelPart() -> Search {
    let all = scene.samples.indices.filter { scene.parts[$0] != nil }
    guard scene.hasSplit, let (table, isReal) = table(all, \.label, nil) else { return (nil, nil) }
    let metric = StageMetric("association/label-part", table.association)
    guard isReal, table.association >= Self.note else { return (nil, metric) }
    return (
      InspectionFinding(
        kind: .labelPart, severity: table.association >= Self.warning ? .warning : .note,
        scope: scope(all), count: 1, value: table.association, remedy: "split: stratify: label",
        detail: "the parts have other shares of the classes", members: []), metric
    )
  }

  /// The association of a field with another one, or with the part; and whether it is more than
  /// chance, given that the samples of a unit go together.
  private func table(
    _ members: [Int], _ left: KeyPath<Sample, String>, _ right: KeyPath<Sample, String>?
  ) -> (ContingencyTable, isReal: Bool)? {
    guard members.count > 1 else { return nil }
    let table = ContingencyTable(
      members.map { scene.samples[$0][keyPath: left] },
      members.map { index in
        right.map { scene.samples[index][keyPath: $0] } ?? scene.parts[index]?.rawValue ?? ""
      })
    let sizes = Dictionary(grouping: members) { units[$0] }.values.map { Double($0.count) }
    let independent = Double(members.count) / sizes.reduce(0) { $0 + $1 * $1 }
    guard let deviate = table.deviate(independent: min(1, independent)) else { return nil }
    return (table, deviate >= Self.deviate)
  }
}
