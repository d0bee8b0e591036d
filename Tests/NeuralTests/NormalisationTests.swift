import Testing

@testable import Neural

@Suite struct NormalisationTests {
  @Test func normalisesEachChannelSeparately() {
    let normalisation = Normalisation(mean: [0, 0.5, 1], deviation: [1, 0.5, 0.25])
    #expect(normalisation.floats([0, 0, 0, 255, 255, 255]) == [0, -1, -4, 1, 1, 0])
    #expect(Normalisation.standard.floats([51, 51, 51]) == [-1.2, -1.2, -1.2])
  }
}
