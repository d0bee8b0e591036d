import PipelineDSL
import Testing

@testable import Stages

@Suite struct ShapleyCoalitionsTests {
  private static func draws(_ purpose: String = "a") -> RandomStream {
    RandomStream(seed: 1, kind: "explain", sample: "s", purpose: purpose)
  }

  /// Those of the package, in its order, with its weights.
  @Test func completeSizesAreThoseOfThePackage() throws {
    let expected = try MethodReference.load()
    var draws = Self.draws()
    let all = ShapleyCoalitions(players: 6, samples: 2000, draws: &draws)
    #expect(all.members == expected.allCoalitions.coalitions.members)
    #expect(isNear(all.weights, expected.allCoalitions.weights, 1e-12))
    // With 60 samples of 10 players only the coalitions of one player, and of all others, are
    // complete.
    let some = ShapleyCoalitions(players: 10, samples: 60, draws: &draws)
    let wanted = expected.someCoalitions
    #expect(some.members.count == 60)
    #expect(Array(some.members.prefix(20)) == Array(wanted.coalitions.members.prefix(20)))
    #expect(isNear(Array(some.weights.prefix(20)), Array(wanted.weights.prefix(20)), 1e-12))
    #expect(isNear(some.weights.reduce(0, +), wanted.weights.reduce(0, +), 1e-12))
  }

  @Test(arguments: [3, 7, 12, 40], [10, 57, 400]) func weightsSumToOne(
    _ players: Int, _ samples: Int
  ) {
    var draws = Self.draws()
    let found = ShapleyCoalitions(players: players, samples: samples, draws: &draws)
    #expect(found.members.count == found.weights.count && found.members.count <= samples)
    #expect(isNear(found.weights.reduce(0, +), 1, 1e-9))
    for members in found.members {
      #expect(members.count == players && members.contains(true) && members.contains(false))
    }
  }

  /// A drawn coalition is followed by its complement.
  @Test func drawsArePaired() {
    var draws = Self.draws()
    let found = ShapleyCoalitions(players: 31, samples: 200, draws: &draws)
    let drawn = found.members
    #expect(drawn.count == 200)
    for place in stride(from: 0, to: 200, by: 2) {
      #expect(drawn[place + 1] == drawn[place].map { !$0 })
    }
  }

  @Test func coalitionsDependOnlyOnTheDraws() {
    var (first, again, other) = (Self.draws(), Self.draws(), Self.draws("b"))
    let found = ShapleyCoalitions(players: 25, samples: 100, draws: &first)
    #expect(
      found.members == ShapleyCoalitions(players: 25, samples: 100, draws: &again).members)
    #expect(
      found.members != ShapleyCoalitions(players: 25, samples: 100, draws: &other).members)
  }
}
