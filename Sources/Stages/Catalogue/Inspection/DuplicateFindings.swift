internal import Imaging
internal import PipelineDSL

/// Finds samples that show the same: copies, near copies, and the same cell in another frame.
struct DuplicateFindings {
  /// The largest distance of the signatures of one cell, in bits of 256.
  ///
  /// Of 487,578 pairs of images of PBC, the closest two of different cells differ in 49.
  private static let signatureLimit = 32
  /// The smallest correlation of their patches.
  private static let leastCorrelation = 0.9

  private let scene: InspectionScene
  /// The first sample of each sample's set, by how its members are alike.
  private let exact: [Int]
  private let near: [Int]
  private let same: [Int]
  private let limit: Int
  private let derived: [DerivedSource]

  /// The first sample of the set of each sample, with all kinds of likeness.
  var sets: [Int] { same }

  /// Searches for duplicates within `limit` bits.
  init(
    _ scene: InspectionScene, _ measures: InspectionMeasures, _ derived: [DerivedSource],
    within limit: Int, _ context: StageContext
  ) throws {
    (self.scene, self.limit, self.derived) = (scene, limit, derived)
    let count = scene.samples.count
    // Cells of one field share their original, and are no duplicates for that.
    let areFields = scene.samples.contains { Sample.imageID($0.id) != $0.id }
    let measured = areFields ? [] : measures.originals
    var sets = DisjointSets(count: count)
    Self.join(measures.crops.map(\.pixels), &sets)
    Self.join(measured.map(\.pixels), &sets)
    exact = (0..<count).map { sets.first(of: $0) }

    let originals = measured.map(\.hash)
    try Self.join(
      originals.isEmpty ? measures.crops.map(\.hash) : originals, within: limit, &sets, context)
    near = (0..<count).map { sets.first(of: $0) }

    if !originals.isEmpty {
      var (hashes, owners) = (originals, Array(0..<count))
      for (index, original) in measured.enumerated() {
        hashes += original.views
        owners += original.views.map { _ in index }
      }
      if hashes.count > count {
        let found = try NearDuplicates.sets(of: hashes, within: limit, threads: context.threads)
        for (hash, first) in found.enumerated() { sets.join(owners[first], owners[hash]) }
      }
      try Self.join(measures.crops.map(\.hash), within: limit, &sets, context)
    }
    try Self.join(measures.crops.map(\.traits.signature), &sets, context)
    try Self.join(measured.map(\.traits.signature), &sets, context)
    Self.joinCopies(scene.samples, &sets)
    same = (0..<count).map { sets.first(of: $0) }
  }

  /// Joins the samples of sources whose groups are copies of one photograph.
  private static func joinCopies(_ samples: [Sample], _ sets: inout DisjointSets) {
    var first: [String: Int] = [:]
    for (index, sample) in samples.enumerated()
    where sample.source == DatasetFacts.bloodCellCopies.source && !sample.group.isEmpty {
      if let known = first[sample.group] {
        sets.join(known, index)
      } else {
        first[sample.group] = index
      }
    }
  }

  /// Joins samples with equal pixels.
  private static func join(_ pixels: [Digest], _ sets: inout DisjointSets) {
    var known: [Digest: Int] = [:]
    for (index, digest) in pixels.enumerated() {
      if let first = known[digest] { sets.join(first, index) } else { known[digest] = index }
    }
  }

  /// Joins samples with close hashes.
  private static func join(
    _ hashes: [PerceptualHash], within limit: Int, _ sets: inout DisjointSets,
    _ context: StageContext
  ) throws {
    let found = try NearDuplicates.sets(of: hashes, within: limit, threads: context.threads)
    for (index, first) in found.enumerated() { sets.join(first, index) }
  }

  /// Joins samples of the same cell.
  private static func join(
    _ signatures: [CellSignature?], _ sets: inout DisjointSets, _ context: StageContext
  ) throws {
    let owners = signatures.indices.filter { signatures[$0] != nil }
    let known = signatures.compactMap { $0 }
    let found = try NearDuplicates.sets(
      of: known.map(\.hash), within: signatureLimit, threads: context.threads
    ) { known[$0].correlation(with: known[$1]) >= leastCorrelation }
    for (index, first) in found.enumerated() { sets.join(owners[first], owners[index]) }
  }

  /// The findings, and a table of the sets by sources, labels and parts.
  func findings() -> (findings: [InspectionFinding], table: CSVTable) {
    var findings = copiesOfFiles()
    var table = CSVTable(columns: ["kind", "sources", "labels", "parts", "sets", "samples"])
    for level in Level.allCases {
      let found = Self.members(of: first(level)).filter { set in
        // What is alike in a stricter sense is listed there.
        guard let stricter = level.stricter else { return true }
        return Set(set.map { first(stricter)[$0] }).count > 1
      }
      findings += self.findings(level, found)
      for (key, sets) in Dictionary(grouping: found, by: combination).sorted(by: {
        $0.key.lexicographicallyPrecedes($1.key)
      }) {
        table.append(
          [level.kind.rawValue] + key
            + [String(sets.count), String(sets.reduce(0) { $0 + $1.count })])
      }
    }
    return (findings + conflicts(), table)
  }

  /// How strictly samples are alike.
  private enum Level: CaseIterable {
    case exact, near, same

    var kind: InspectionFinding.Kind {
      switch self {
      case .exact: .exactDuplicate
      case .near: .nearDuplicate
      case .same: .sameCell
      }
    }

    var acrossParts: InspectionFinding.Kind {
      switch self {
      case .exact: .exactDuplicateAcrossParts
      case .near: .nearDuplicateAcrossParts
      case .same: .sameCellAcrossParts
      }
    }

    var stricter: Level? {
      switch self {
      case .exact: nil
      case .near: .exact
      case .same: .near
      }
    }
  }

  private func first(_ level: Level) -> [Int] {
    switch level {
    case .exact: exact
    case .near: near
    case .same: same
    }
  }

  private static func members(of first: [Int]) -> [[Int]] { DuplicateSets(first: first).sets }

  /// The sources, labels and parts of a set, as three fields.
  private func combination(_ set: [Int]) -> [String] {
    [
      Set(set.map { scene.samples[$0].source }), Set(set.map { scene.samples[$0].label }),
      Set(set.compactMap { scene.parts[$0]?.rawValue }),
    ].map { $0.sorted().joined(separator: " + ") }
  }

  private func findings(_ level: Level, _ sets: [[Int]]) -> [InspectionFinding] {
    Self.grouped(sets, by: { combination($0)[0] }).flatMap { scope, sets -> [InspectionFinding] in
      let torn = sets.filter { Set($0.compactMap { scene.parts[$0] }).count > 1 }
      var findings = [
        InspectionFinding(
          kind: level.kind, severity: scene.hasSplit ? .note : .warning, scope: scope,
          count: sets.count, remedy: remedy(level, scope),
          detail: "\(sets.count) sets of \(sets.reduce(0) { $0 + $1.count }) samples",
          members: members(sets))
      ]
      if !torn.isEmpty {
        findings.append(
          InspectionFinding(
            kind: level.acrossParts, severity: .error, scope: scope, count: torn.count,
            remedy: remedy(level, scope),
            detail: "\(torn.count) of \(sets.count) sets lie in several parts",
            members: members(torn)))
      }
      return findings
    }
  }

  private func members(_ sets: [[Int]]) -> [InspectionFinding.Member] {
    sets.enumerated().flatMap { number, set in
      set.map { scene.member($0, set: number + 1) }
    }
  }

  private func remedy(_ level: Level, _ scope: String) -> String {
    switch level {
    case .exact, .near: return "split: near-duplicates: \(limit)"
    case .same:
      let isDerived = derived.contains { scope.contains($0.name) && scope.contains($0.origin) }
      return isDerived
        ? "split: derived: tie, or harmonise-labels: derived: drop"
        : "split: groups: true, with one group per cell, patient or slide"
    }
  }

  /// Files with the same bytes, of which the ingest stages keep one sample.
  private func copiesOfFiles() -> [InspectionFinding] {
    var seen: [String: [InspectionScene.File]] = [:]
    for file in scene.files { seen[file.id, default: []].append(file) }
    let sources = Dictionary(scene.rows.map { ($0.id, $0) }) { first, _ in first }
    let copies = seen.values.filter { $0.count > 1 }.sorted { $0[0].id < $1[0].id }
    let byScope = Self.grouped(copies) { known($0[0].id, sources)?.source ?? "unknown" }
    return byScope.map { scope, sets in
      let members = sets.enumerated().flatMap { number, set in
        set.map { file in
          let sample = known(file.id, sources)
          return InspectionFinding.Member(
            id: file.id, source: sample?.source ?? "", label: sample?.label ?? "",
            group: sample?.group ?? "", set: number + 1, note: file.path)
        }
      }
      return InspectionFinding(
        kind: .exactDuplicate, severity: .note, scope: "files of \(scope)", count: sets.count,
        remedy: "harmonise-labels keeps one sample per file",
        detail: "\(members.count) files have \(sets.count) contents", members: members)
    }
  }

  private func known(_ id: String, _ rows: [String: Sample]) -> Sample? {
    scene.images.index(of: id).map { scene.samples[$0] } ?? rows[id]
  }

  /// Sets with several labels, and files that a source lists under several labels.
  private func conflicts() -> [InspectionFinding] {
    var findings: [InspectionFinding] = []
    let torn = Self.members(of: same).filter { Set($0.map { scene.samples[$0].label }).count > 1 }
    for (scope, sets) in Self.grouped(torn, by: { combination($0)[0] }) {
      findings.append(
        conflict(
          scope, sets.count, "\(sets.count) sets of duplicates have several labels", members(sets)))
    }
    let files = Dictionary(grouping: scene.rows) { $0.source + "\u{1F}" + $0.id }.values
    let several = files.filter { Set($0.map(\.label)).count > 1 }.sorted { $0[0].id < $1[0].id }
    for (scope, sets) in Self.grouped(several, by: { $0[0].source }) {
      var members: [InspectionFinding.Member] = []
      for (number, rows) in sets.enumerated() {
        for row in rows {
          members.append(
            .init(
              id: row.id, source: row.source, label: row.label, group: row.group, set: number + 1))
        }
      }
      findings.append(
        conflict(
          "files of \(scope)", sets.count, "\(sets.count) files are listed under several labels",
          members))
    }
    return findings
  }

  private func conflict(
    _ scope: String, _ count: Int, _ detail: String, _ members: [InspectionFinding.Member]
  ) -> InspectionFinding {
    InspectionFinding(
      kind: .labelConflict, severity: .error, scope: scope, count: count,
      remedy: "harmonise-labels: mapping, or leave the samples out", detail: detail,
      members: members)
  }

  /// Sets by a name, in the order of the names.
  private static func grouped<Element>(
    _ sets: [[Element]], by name: ([Element]) -> String
  ) -> [(name: String, sets: [[Element]])] {
    Dictionary(grouping: sets, by: name).map { (name: $0.key, sets: $0.value) }
      .sorted { $0.name < $1.name }
  }
}
