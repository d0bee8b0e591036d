import Testing

@testable import Stages

@Suite struct CleanSampleTests {
  /// A fixed number that looks random.
  private func draw(_ index: Int) -> UInt64 {
    (UInt64(index) &* 0x9E37_79B9_7F4A_7C15) ^ (UInt64(index) &* 0xBF58_476D_1CE4_E5B9 >> 7)
  }

  @Test func fewImagesAreAllChosen() {
    let images = [5, 3, 9]
    #expect(CleanSample.choose(images, label: { _ in "a" }, draw: draw) == images)
    #expect(CleanSample.limit == 2000)
  }

  @Test func samplesAreStratified() {
    let images = Array(stride(from: 0, to: 10_000, by: 2))
    // 4,500 of a, 499 of b, and one of c.
    func label(_ index: Int) -> String { index == 4444 ? "c" : index % 20 == 0 ? "b" : "a" }
    let chosen = CleanSample.choose(images, limit: 1000, label: label, draw: draw)
    #expect(chosen.count == 1000 && chosen == chosen.sorted())
    let counts = Dictionary(grouping: chosen, by: label).mapValues(\.count)
    #expect(abs((counts["a"] ?? 0) - 900) <= 1 && abs((counts["b"] ?? 0) - 100) <= 1)
    #expect(counts["c"] == 1)
    #expect(chosen == CleanSample.choose(images, limit: 1000, label: label, draw: draw))
    let other = CleanSample.choose(images, limit: 1000, label: label) { draw($0 + 1_000_000) }
    #expect(other.count == 1000 && other != chosen)
  }
}
