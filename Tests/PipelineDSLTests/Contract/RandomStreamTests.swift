import PipelineDSL
import Testing

@Suite struct RandomStreamTests {
  private func stream(_ purpose: String = "flip") -> RandomStream {
    RandomStream(seed: 17, kind: "augment", sample: "cell-1", purpose: purpose)
  }

  private func moments(_ count: Int, _ draw: () -> Double) -> (mean: Double, variance: Double) {
    let values = (0..<count).map { _ in draw() }
    let mean = values.reduce(0, +) / Double(count)
    return (mean, values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count))
  }

  /// Expected values from Fixtures/random_stream.py.
  @Test func firstDrawsArePinned() {
    var draws = stream()
    #expect(
      (0..<4).map { _ in draws.next() } == [
        0xd598_5bb3_24a7_7625, 0xa3a9_cfff_8a4d_0e75, 0xda6b_1ddb_e1d7_48bf, 0x83ff_90a0_a5a1_38db,
      ])
    var empty = RandomStream(seed: 0, kind: "", sample: "", purpose: "")
    #expect(
      (0..<4).map { _ in empty.next() } == [
        0xe635_f649_5273_9296, 0xcc74_2dfd_7ef8_26ad, 0x6911_83da_9277_4e3e, 0xe4e0_6ad5_6b44_b1bf,
      ])
    draws = stream()
    #expect(
      (0..<3).map { _ in draws.uniform() } == [
        0.8343560516701964, 0.6393098830106291, 0.8531969701596981,
      ])
    draws = stream()
    #expect((0..<10).map { _ in draws.below(10) } == [8, 6, 8, 5, 0, 8, 9, 7, 9, 8])
  }

  @Test func everyComponentChangesTheStream() {
    let streams = [
      stream(), stream("zoom"),
      RandomStream(seed: 18, kind: "augment", sample: "cell-1", purpose: "flip"),
      RandomStream(seed: 17, kind: "split", sample: "cell-1", purpose: "flip"),
      RandomStream(seed: 17, kind: "augment", sample: "cell-2", purpose: "flip"),
      // The boundaries between components count.
      RandomStream(seed: 17, kind: "augmentcell", sample: "-1", purpose: "flip"),
      RandomStream(seed: 1, kind: "7augment", sample: "cell-1", purpose: "flip"),
    ]
    let firsts = streams.map { stream in
      var stream = stream
      return stream.next()
    }
    #expect(Set(firsts).count == streams.count)
  }

  @Test func uniformIsUniform() {
    var draws = stream()
    let (mean, variance) = moments(20_000) { draws.uniform() }
    #expect(abs(mean - 0.5) < 0.01 && abs(variance - 1.0 / 12) < 0.003)
    for _ in 0..<1000 {
      #expect((0..<1).contains(draws.uniform()) && (-2..<3).contains(draws.uniform(-2, 3)))
    }
  }

  @Test func normalIsNormal() {
    var draws = stream()
    let values = (0..<20_000).map { _ in draws.normal() }
    let (mean, variance) = moments(20_000) { draws.normal() }
    #expect(abs(mean) < 0.03 && abs(variance - 1) < 0.05)
    // Shares within one and two standard deviations.
    let within = { (bound: Double) in Double(values.count { abs($0) < bound }) / 20_000 }
    #expect(abs(within(1) - 0.6827) < 0.015 && abs(within(2) - 0.9545) < 0.01)
    #expect(values.allSatisfy { $0.isFinite })
  }

  /// Beta(a, a) has mean 1/2 and variance 1 / (4 (2a + 1)).
  @Test(arguments: [0.05, 0.2, 0.4, 1, 1.5, 4])
  func betaHasTheExpectedMoments(_ a: Double) {
    var draws = stream("beta \(a)")
    let (mean, variance) = moments(20_000) {
      let value = draws.symmetricBeta(a)
      #expect((0...1).contains(value))
      return value
    }
    #expect(abs(mean - 0.5) < 0.015, "\(mean)")
    #expect(abs(variance - 1 / (4 * (2 * a + 1))) < 0.008, "\(variance)")
  }

  @Test func betaTerminatesForTinyParameters() {
    var draws = stream()
    let values = (0..<200).map { _ in draws.symmetricBeta(1e-12) }
    #expect(Set(values) == [0, 1])
  }

  /// With a bound of three quarters of 2^64, taking a remainder would return a third of the values
  /// twice as often.
  @Test func belowIsUnbiased() {
    var draws = stream()
    var counts = [Int](repeating: 0, count: 7)
    for _ in 0..<70_000 { counts[draws.below(7)] += 1 }
    // Four standard deviations around 10,000.
    #expect(counts.allSatisfy { abs($0 - 10_000) < 370 }, "\(counts)")
    let bound = Int.max / 4 * 3
    let low = (0..<20_000).count { _ in draws.below(bound) < bound / 2 }
    #expect(abs(low - 10_000) < 300, "\(low)")
    #expect((0..<100).allSatisfy { _ in draws.below(1) == 0 })
  }
}
