internal import PipelineDSL

/// The training samples of one view in a random cyclic order: the partner of each is the next one.
///
/// In every view each sample is the partner of exactly one other. If samples are balanced, each is
/// on the ring as often as the epoch shows it. A place derives from the sample and the view alone,
/// so that one more sample changes one partner per view.
struct PartnerRing: Sendable {
  /// The index of each sample's first partner in `partners`.
  private let starts: [Int]
  private let partners: [Int?]

  /// Draws the ring of a view for samples sorted by id.
  init(_ ids: [String], view: Int, seed: UInt64, balance: SampleBalance?) {
    var starts: [Int] = []
    var ring: [(place: UInt64, sample: Int, entry: Int)] = []
    for (sample, id) in ids.enumerated() {
      starts.append(ring.count)
      var stream = RandomStream(
        seed: seed, kind: Augment.name, sample: id, purpose: "ring \(view)")
      for _ in 0..<(balance?.occurrences(of: id, epoch: view) ?? 1) {
        ring.append((stream.next(), sample, ring.count))
      }
    }
    ring.sort { $0 < $1 }
    var partners = [Int?](repeating: nil, count: ring.count)
    for (at, own) in ring.enumerated() {
      let next = (1..<ring.count).lazy.map { ring[(at + $0) % ring.count].sample }
      partners[own.entry] = next.first { $0 != own.sample }
    }
    (self.starts, self.partners) = (starts, partners)
  }

  /// The index of the partner of a sample's n-th occurrence; `nil` if there is no other sample.
  func partner(of sample: Int, occurrence: Int = 0) -> Int? {
    partners[starts[sample] + occurrence]
  }
}
