internal import PipelineDSL

/// The coalitions that Kernel SHAP predicts, with their weights, chosen as in the package shap.
///
/// Coalitions of a size and their complements have the largest kernel weight where the size is
/// smallest. Sizes are used completely, from 1 on, for as long as the samples suffice for their
/// share of the weight. The other samples are drawn from the sizes that are left, each followed by
/// its complement; one that is drawn again only gains weight. All weights sum to 1.
struct ShapleyCoalitions: Sendable {
  /// The number of players.
  let players: Int
  /// Whether each player belongs to a coalition; neither the empty nor the whole one occurs.
  private(set) var members: [[Bool]] = []
  /// The weight of each coalition.
  private(set) var weights: [Double] = []

  /// Coalitions with given weights.
  init(players: Int, members: [[Bool]], weights: [Double]) {
    (self.players, self.members, self.weights) = (players, members, weights)
  }

  /// Chooses at most `samples` coalitions.
  init(players: Int, samples: Int, draws: inout RandomStream) {
    self.players = players
    // A size stands for its complement too, unless both are the same.
    let sizes = players / 2
    guard sizes > 0 else { return }
    let isPaired = (1...sizes).map { 2 * $0 != players }
    let kernel = (1...sizes).map { size in
      Double(players - 1) / Double(size * (players - size)) * (isPaired[size - 1] ? 2 : 1)
    }
    let total = kernel.reduce(0, +)
    let shares = kernel.map { $0 / total }
    let complete = addCompleteSizes(shares, isPaired, samples: samples)
    let left = samples - members.count
    guard complete < sizes, left > 0 else { return }
    addDraws(left, from: complete, shares, isPaired, &draws)
  }

  /// Adds all coalitions of the first sizes; returns the number of sizes.
  private mutating func addCompleteSizes(
    _ shares: [Double], _ isPaired: [Bool], samples: Int
  ) -> Int {
    var left = Double(samples)
    var rest = 1.0
    for (index, share) in shares.enumerated() {
      let size = index + 1
      let ways = Self.binomial(players, size)
      let count = ways * (isPaired[index] ? 2 : 1)
      // The size's share of the samples covers all its coalitions.
      guard left * share / rest >= count * (1 - 1e-8) else { return index }
      left -= count
      rest -= share
      forEachSubset(of: size) { subset in
        add(subset, share / count)
        if isPaired[index] { add(subset.map { !$0 }, share / count) }
      }
    }
    return shares.count
  }

  /// Adds up to `count` coalitions of the sizes from an index on, drawn by their weights.
  private mutating func addDraws(
    _ count: Int, from first: Int, _ shares: [Double], _ isPaired: [Bool],
    _ draws: inout RandomStream
  ) {
    let fixed = members.count
    // Two coalitions come of each draw of a size that has complements.
    let odds = shares.indices.map { $0 < first ? 0 : shares[$0] / (isPaired[$0] ? 2 : 1) }
    let total = odds.reduce(0, +)
    var places: [[Bool]: Int] = [:]
    var left = count
    for _ in 0..<4 * count where left > 0 {
      var rest = draws.uniform() * total
      let index = odds.indices.first { place in
        rest -= odds[place]
        return odds[place] > 0 && rest < 0
      }
      let size = (index ?? shares.count - 1) + 1
      let subset = Self.subset(of: players, size: size, &draws)
      let known = places[subset]
      if let known {
        weights[known] += 1
      } else {
        places[subset] = members.count
        add(subset, 1)
        left -= 1
      }
      guard left > 0, isPaired[size - 1] else { continue }
      if let known {
        if known + 1 < members.count { weights[known + 1] += 1 }
      } else {
        add(subset.map { !$0 }, 1)
        left -= 1
      }
    }
    let drawn = weights[fixed...].reduce(0, +)
    let wanted = shares[first...].reduce(0, +)
    for place in fixed..<weights.count { weights[place] *= wanted / drawn }
  }

  private mutating func add(_ coalition: [Bool], _ weight: Double) {
    members.append(coalition)
    weights.append(weight)
  }

  /// A random subset, by the first steps of a shuffle.
  private static func subset(
    of count: Int, size: Int, _ draws: inout RandomStream
  ) -> [Bool] {
    var order = Array(0..<count)
    var subset = [Bool](repeating: false, count: count)
    for place in 0..<size {
      order.swapAt(place, place + draws.below(count - place))
      subset[order[place]] = true
    }
    return subset
  }

  /// Calls `body` with each subset of a size, in lexicographic order.
  private func forEachSubset(of size: Int, _ body: ([Bool]) -> Void) {
    var chosen = Array(0..<size)
    while true {
      var subset = [Bool](repeating: false, count: players)
      for player in chosen { subset[player] = true }
      body(subset)
      guard let place = chosen.indices.last(where: { chosen[$0] < players - size + $0 }) else {
        return
      }
      chosen[place] += 1
      for next in (place + 1)..<max(size, place + 1) { chosen[next] = chosen[next - 1] + 1 }
    }
  }

  /// The number of subsets of a size, rounded where it is large.
  private static func binomial(_ count: Int, _ size: Int) -> Double {
    (0..<size).reduce(1) { $0 * Double(count - $1) / Double($1 + 1) }
  }
}
