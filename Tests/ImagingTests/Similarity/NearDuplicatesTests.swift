import Foundation
import Imaging
import Testing

@Suite struct NearDuplicatesTests {
  /// Hashes of noise; every third one is of a turned copy with a few samples changed.
  private func hashes(_ count: Int) -> [PerceptualHash] {
    var state: UInt32 = 3
    var images: [Image] = []
    for index in 0..<count {
      if index % 3 == 2, var copy = images.last {
        for at in 0..<40 { copy.pixels[at * 90] ^= 16 }
        images.append(copy.oriented(Orientation.allCases[index / 3 % 8]))
      } else {
        let pixels = (0..<64 * 64).map { _ in
          state = state &* 1_664_525 &+ 1_013_904_223
          return UInt8(state >> 24)
        }
        images.append(Image(width: 64, height: 64, channels: 1, pixels: pixels))
      }
    }
    return images.map { PerceptualHash($0) }
  }

  @Test(arguments: [1, 4]) func agreesWithComparingAllPairs(threads: Int) throws {
    let hashes = hashes(100)
    for limit in [0, 16, 40, 110] {
      var expected = Array(hashes.indices)
      for right in hashes.indices {
        for left in 0..<right where hashes[left].turnedDistance(to: hashes[right]) <= limit {
          let (one, other) = (expected[left], expected[right])
          expected = expected.map { $0 == max(one, other) ? min(one, other) : $0 }
        }
      }
      #expect(try NearDuplicates.sets(of: hashes, within: limit, threads: threads) == expected)
    }
    let sets = try NearDuplicates.sets(of: hashes, within: 16, threads: threads)
    #expect(stride(from: 2, to: 100, by: 3).allSatisfy { sets[$0] == $0 - 1 })
    #expect(Set(sets).count == 67)
  }

  @Test func equalHashesAreJoinedAtDistanceZero() throws {
    let hash = hashes(1)[0]
    let sets = try NearDuplicates.sets(of: [hash, hash, hash], within: 0, threads: 2)
    #expect(sets == [0, 0, 0])
    #expect(try NearDuplicates.sets(of: [], within: 3, threads: 2).isEmpty)
  }

  /// Prints the time that 20,000 hashes take; 60,000 take nine times as long.
  @Test(.enabled(if: ProcessInfo.processInfo.environment["ASSAY_BENCH"] != nil, "a measurement"))
  func time() throws {
    let few = hashes(20_000)
    let clock = ContinuousClock()
    let time = try clock.measure { _ = try NearDuplicates.sets(of: few, within: 16, threads: 1) }
    print("20,000 hashes, one thread: \(time)")
  }
}
