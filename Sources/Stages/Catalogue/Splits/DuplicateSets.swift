internal import Imaging
internal import PipelineDSL

/// Which samples of a set of images are near duplicates of one another.
struct DuplicateSets: Sendable {
  /// For each sample, the first one of its set; a sample without duplicates is a set by itself.
  let first: [Int]
  /// The sets of two or more samples; sets and members are in ascending order.
  let sets: [[Int]]

  /// Finds the sets of an artifact's images whose hashes differ in at most `limit` of 256 bits, and
  /// ties the images of derived sources to their originals.
  init(
    _ artifact: InputArtifact, _ compare: Split.Compared, tying derived: [DerivedSource],
    within limit: Int, _ context: StageContext
  ) throws {
    let found = try SampleHashes(artifact, compare, derived, within: limit, context)
    let near = try NearDuplicates.sets(
      of: found.hashes, within: limit, threads: context.threads)
    var sets = DisjointSets(count: found.count)
    for (hash, first) in near.enumerated() { sets.join(found.owners[first], found.owners[hash]) }
    for pair in found.cutOuts { sets.join(pair.derived, pair.original) }
    self.init(first: (0..<found.count).map { sets.first(of: $0) })
  }

  /// Creates the sets from the first sample of each sample's set.
  init(first: [Int]) {
    self.first = first
    var members: [Int: [Int]] = [:]
    for (index, first) in first.enumerated() { members[first, default: []].append(index) }
    sets = members.values.filter { $0.count > 1 }.sorted { $0[0] < $1[0] }
  }
}
