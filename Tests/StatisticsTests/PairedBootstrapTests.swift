import Testing

@testable import Statistics

@Suite struct PairedBootstrapTests {
  private func draws(_ pairs: Int, seed: UInt64) -> PairedBootstrap.Draws {
    var random = SeededRandom(seed: seed)
    return PairedBootstrap.Draws(pairs: pairs) { random.below($0) }
  }

  /// SciPy's interval comes from two million resamples; ten thousand scatter around it.
  @Test func agreesWithSciPy() throws {
    for reference in try PairReferences.load().bootstrap {
      let interval = PairedBootstrap(reference.values, draws(reference.values.count, seed: 5))
      #expect(abs(interval.mean - reference.mean) < 1e-12)
      #expect(abs(interval.low - reference.low) < 0.12 * reference.error, "\(reference.name)")
      #expect(abs(interval.high - reference.high) < 0.12 * reference.error, "\(reference.name)")
      #expect(interval.pairs == reference.values.count)
    }
  }

  @Test func quantilesMatchNumPy() throws {
    for reference in try PairReferences.load().quantile {
      let value = PairedBootstrap.quantile(reference.share, of: reference.values)
      #expect(abs(value - reference.value) < 1e-12)
    }
  }

  @Test func seedDeterminesTheDraws() {
    let first = draws(4, seed: 1)
    #expect(first.places == draws(4, seed: 1).places)
    #expect(first.places != draws(4, seed: 2).places)
    #expect(first.places.count == 4 * PairedBootstrap.resamples)
    #expect(Set(first.places) == [0, 1, 2, 3])
  }

  @Test func equalDifferencesGiveAZeroWidthInterval() {
    let interval = PairedBootstrap([0.5, 0.5, 0.5], draws(3, seed: 9))
    #expect(interval.low == 0.5)
    #expect(interval.high == 0.5)
  }
}
