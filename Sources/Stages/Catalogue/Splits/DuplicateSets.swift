internal import Imaging
internal import PipelineDSL

/// Which samples of a set of images are near duplicates of one another.
struct DuplicateSets: Sendable {
  /// For each sample, the first one of its set; a sample without duplicates is a set by itself.
  let first: [Int]
  /// The sets of two or more samples; sets and members are in ascending order.
  let sets: [[Int]]

  /// Finds the sets of an artifact's images whose hashes differ in at most `limit` of 256 bits.
  init(_ artifact: InputArtifact, within limit: Int, _ context: StageContext) throws {
    let images = try ImageSet(artifact)
    let hashes = try Parallel.map(images.samples.count, threads: context.threads) {
      PerceptualHash(images.image($0))
    }
    self.init(first: try NearDuplicates.sets(of: hashes, within: limit, threads: context.threads))
  }

  /// Creates the sets from the first sample of each sample's set.
  init(first: [Int]) {
    self.first = first
    var members: [Int: [Int]] = [:]
    for (index, first) in first.enumerated() { members[first, default: []].append(index) }
    sets = members.values.filter { $0.count > 1 }.sorted { $0[0] < $1[0] }
  }
}
