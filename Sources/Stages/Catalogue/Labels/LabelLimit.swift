internal import PipelineDSL

/// Chooses at most a number of samples per label, without a draw.
///
/// The samples of a label are put into one order, and the first ones are chosen, so that a larger
/// limit contains the choice of a smaller one. In that order, sources take turns, the first by name
/// first, so that each keeps as equal a share as its size allows. Within a source, groups take
/// turns too: a split keeps a group together, so that few samples of many groups can still be
/// divided, whereas many samples of few groups cannot. A sample without a group is one of its own.
/// Within a group, and among groups, the order is that of the SHA-256 of the ids.
struct LabelLimit: Sendable {
  private let limit: Int

  /// Creates the choice of at most `limit` samples per label.
  init(_ limit: Int) { self.limit = limit }

  /// The ids of the chosen ones of samples with distinct ids.
  func chosen(from samples: [Sample]) -> Set<String> {
    var chosen: Set<String> = []
    for (_, all) in Dictionary(grouping: samples, by: \.label) {
      chosen.formUnion(Self.order(all).prefix(limit).map(\.id))
    }
    return chosen
  }

  /// All samples of one label in the order in which they are chosen.
  static func order(_ samples: [Sample]) -> [Sample] {
    let sources = Dictionary(grouping: samples, by: \.source).sorted { $0.key < $1.key }
    let places = sources.flatMap { _, own in inTurn(own) }
    // Sources are in order, and the sort by turns must keep it: the index decides last.
    return places.enumerated().sorted {
      ($0.element.turn, $0.offset) < ($1.element.turn, $1.offset)
    }.map(\.element.sample)
  }

  /// The samples of one source with the number of the turn in which each is chosen.
  private static func inTurn(_ samples: [Sample]) -> [(sample: Sample, turn: Int)] {
    let hashed = samples.map { (sample: $0, hash: Digest.of(Array($0.id.utf8)).hex) }
      .sorted { ($0.hash, $0.sample.id) < ($1.hash, $1.sample.id) }
    var seen: [String: Int] = [:]
    var rounds: [[Sample]] = []
    for (sample, _) in hashed {
      // A sample without a group comes in the first round.
      let round = sample.group.isEmpty ? 0 : seen[sample.group, default: 0]
      if !sample.group.isEmpty { seen[sample.group] = round + 1 }
      if round == rounds.count { rounds.append([]) }
      rounds[round].append(sample)
    }
    return rounds.flatMap { $0 }.enumerated().map { ($0.element, $0.offset) }
  }
}
