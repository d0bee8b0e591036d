import Foundation
import Imaging
import PipelineDSL
import Testing

@testable import Stages

@Suite struct KernelSHAPTests {
  /// The game of `methods.py`.
  private static func game(_ coalitions: [[Bool]]) -> [Double] {
    coalitions.map { members in
      let z = members.map { $0 ? 1.0 : 0 }
      let count = z.count
      var sum = 0.0
      for player in 0..<count { sum += z[player] * sin(Double(player + 1)) }
      let pairs: Double = 1.5 * z[0] * z[2] - 2 * z[1] * z[3] * z[4]
      return sum + pairs + exp(0.1 * z[count - 1] * z.reduce(0, +))
    }
  }

  private static func draws(_ purpose: String = "a") -> RandomStream {
    RandomStream(seed: 1, kind: "explain", sample: "s", purpose: purpose)
  }

  /// The Shapley values by their definition: means over all orders.
  private static func exact(_ count: Int) -> [Double] {
    var values = [Double](repeating: 0, count: count)
    func factorial(_ n: Int) -> Double { (1...max(n, 1)).reduce(1) { $0 * Double($1) } }
    for subset in 0..<1 << count {
      let members = (0..<count).map { subset >> $0 & 1 == 1 }
      let size = members.count { $0 }
      for player in 0..<count where !members[player] {
        var joined = members
        joined[player] = true
        let gain = game([joined])[0] - game([members])[0]
        values[player] +=
          gain * factorial(size) * factorial(count - size - 1) / factorial(count)
      }
    }
    return values
  }

  @Test func allCoalitionsGiveTheValuesOfThePackage() throws {
    let expected = try MethodReference.load().allCoalitions
    var draws = Self.draws()
    let found = try KernelSHAP(samples: 2000).values(of: 6, draws: &draws, predict: Self.game)
    #expect(isNear(found, expected.values, 1e-6))
    #expect(isNear(found, Self.exact(6), 1e-9))
  }

  @Test func theSameCoalitionsGiveTheValuesOfThePackage() throws {
    let expected = try MethodReference.load().someCoalitions
    let coalitions = expected.coalitions
    let ends = Self.game(
      [[Bool](repeating: false, count: 10), [Bool](repeating: true, count: 10)])
    let found = try #require(
      KernelSHAP.solve(coalitions, Self.game(coalitions.members), empty: ends[0], whole: ends[1]))
    #expect(isNear(found, expected.values, 1e-9))
  }

  @Test(
    "values sum to the difference, and are near those of all coalitions",
    arguments: [(40, 0.8), (100, 0.4), (200, 0.1)])
  func valuesSumToTheDifference(_ samples: Int, _ error: Double) throws {
    var draws = Self.draws()
    var predicted = 0
    let found = try KernelSHAP(samples: samples).values(of: 8, draws: &draws) {
      predicted += $0.count
      return Self.game($0)
    }
    let ends = Self.game(
      [[Bool](repeating: false, count: 8), [Bool](repeating: true, count: 8)])
    #expect(isNear(found.reduce(0, +), ends[1] - ends[0], 1e-9))
    #expect(predicted <= samples + 2, "no predictions beside the samples and the two ends")
    #expect(isNear(found, Self.exact(8), error))
  }

  @Test func oneAndTwoPlayers() throws {
    var draws = Self.draws()
    let one = try KernelSHAP(samples: 10).values(of: 1, draws: &draws) { coalitions in
      coalitions.map { $0[0] ? 0.75 : 0.25 }
    }
    #expect(one == [0.5])
    let two = try KernelSHAP(samples: 10).values(of: 2, draws: &draws) { coalitions in
      coalitions.map { $0[0] ? ($0[1] ? 1 : 0.5) : ($0[1] ? 0.25 : 0) }
    }
    #expect(isNear(two, [0.625, 0.375]))
  }

  @Test func tooFewSamplesAreReported() {
    var draws = Self.draws()
    let failure = #expect(throws: StageError.self) {
      try KernelSHAP(samples: 10).values(of: 60, draws: &draws) { $0.map { _ in 0 } }
    }
    #expect(
      failure?.description == "kernel-shap cannot tell 60 super-pixels apart with 10 samples; "
        + "raise 'samples', or lower 'segments'")
  }
}
