import Imaging
import Testing

@testable import Stages

@Suite struct MaxSensitivityTests {
  @Test("agrees with captum to 1e-6")
  func agreesWithCaptum() throws {
    let reference = try JudgementReference.load()
    let maps = reference.edgeMaps.map(reference.saliency)
    let score = try #require(MaxSensitivity.score(maps[0], Array(maps.dropFirst())))
    #expect(isNear(score, reference.maxSensitivity, 1e-6))
  }

  @Test("equal maps have no sensitivity, and a map of zeros has none to measure")
  func limits() {
    let map = KnownEvidence.perfect
    #expect(MaxSensitivity.score(map, [map, map]) == 0)
    let flat = Saliency(width: 2, height: 1, values: [0, 0])
    #expect(MaxSensitivity.score(flat, [Saliency(width: 2, height: 1, values: [1, 0])]) == nil)
  }

  @Test("noise stays within its radius and within 8 bits")
  func noise() {
    var draws = RandomStreams.stream("noise")
    var image = Image(width: 20, height: 20, filledWith: 100)
    for at in 0..<300 { image.pixels[at] = at % 2 == 0 ? 0 : 255 }
    let noisy = MaxSensitivity.noisy(image, radius: 3, draws: &draws)
    let changes = zip(noisy.pixels, image.pixels).map { Int($0) - Int($1) }
    #expect(changes.allSatisfy { abs($0) <= 3 })
    #expect(Set(changes[300...]) == Set(-3...3))
  }
}
