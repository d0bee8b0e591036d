internal import Imaging
internal import PipelineDSL

/// Samples that stay in one part.
struct SplitUnit: Sendable {
  /// The group's name or the sample's id, prefixed with `group` or `sample`; the first of several.
  let name: String
  /// The sort key of units within a stratum.
  let rank: UInt64
  /// The indices of the samples, ascending.
  var members: [Int]
}

/// The samples as units, by stratum and rank.
///
/// A unit is a group, a sample without a group, or several of these joined by near duplicates. Its
/// rank is a hash of seed and name, so that a new image does not change the ranks of the others.
struct SplitUnits: Sendable {
  /// The units.
  let units: [SplitUnit]
  private let strata: [String]

  /// Creates the units of samples.
  init(
    _ samples: [Sample], _ parameters: Split.Parameters, _ duplicates: DuplicateSets?,
    _ context: StageContext
  ) {
    var sets = DisjointSets(count: samples.count)
    var groups: [String: Int] = [:]
    let names = samples.map { sample in
      // A group can have the same name as an id.
      parameters.groups && !sample.group.isEmpty ? "group " + sample.group : "sample " + sample.id
    }
    for (index, name) in names.enumerated() {
      if let first = groups[name] { sets.join(first, index) } else { groups[name] = index }
      if let duplicates { sets.join(duplicates.first[index], index) }
    }
    var members: [Int: [Int]] = [:]
    for index in samples.indices { members[sets.first(of: index), default: []].append(index) }
    units = members.values.sorted { $0[0] < $1[0] }.map { members in
      let name = members.reduce(names[members[0]]) { min($0, names[$1]) }
      var stream = context.draws(Split.name, sample: name, purpose: "rank")
      return SplitUnit(name: name, rank: stream.next(), members: members)
    }
    strata = samples.map { sample in
      switch parameters.stratify {
      case .none: ""
      case .label: sample.label
      case .labelAndSource: sample.label + "\u{1F}" + sample.source
      }
    }
  }

  /// Units by stratum, which are sorted by name, and by rank within each stratum.
  func stratified(_ units: [SplitUnit]) -> [[SplitUnit]] {
    Dictionary(grouping: units) { stratum(of: $0) }.sorted { $0.key < $1.key }.map { _, units in
      units.sorted { ($0.rank, $0.name) < ($1.rank, $1.name) }
    }
  }

  /// The most frequent stratum among the members of a unit; the first of equally frequent ones.
  private func stratum(of unit: SplitUnit) -> String {
    let counts = Dictionary(grouping: unit.members) { strata[$0] }.mapValues(\.count)
    return counts.min { ($1.value, $0.key) < ($0.value, $1.key) }?.key ?? ""
  }
}
