import Imaging
import Testing

@testable import Stages

@Suite struct BaselineMapTests {
  private func map(_ baseline: BaselineMap, _ image: Image) -> Saliency {
    var draws = RandomStreams.stream("baseline")
    return baseline.map(of: image, draws: &draws)
  }

  @Test("edges and centre agree with SciPy and NumPy to 1e-6")
  func agreesWithReference() throws {
    let reference = try JudgementReference.load()
    #expect(
      isNear(map(.edges, reference.picture).values.map(Double.init), reference.sobel, 1e-6))
    #expect(
      isNear(map(.centre, reference.picture).values.map(Double.init), reference.centre, 1e-6))
  }

  @Test("the centre finds a disc in the middle without fault, and holds 39 % of its energy there")
  func centredDisc() throws {
    let size = 64
    let image = Image(width: size, height: size)
    // One deviation of the Gaussian is a quarter of the edge.
    let disc = (0..<size * size).map { pixel -> Bool in
      let (x, y) = (2 * (pixel % size) + 1 - size, 2 * (pixel / size) + 1 - size)
      return x * x + y * y < size * size / 4
    }
    let scores = try #require(SaliencyScores(map(.centre, image), mask: disc))
    #expect(scores.pixelAUROC == 1 && scores.pointingGame == 1)
    // 1 - exp(-1/2) of the plane, divided by the share that lies in the square: erf(sqrt 2)^2.
    #expect(isNear(scores.energyInside, 0.393469 / 0.911070, 0.005))
  }

  @Test("random numbers find nothing, and a plain image has no edges")
  func limits() throws {
    let image = Image(width: 40, height: 40, filledWith: 90)
    let half = (0..<1600).map { $0 < 800 }
    let scores = try #require(SaliencyScores(map(.random, image), mask: half))
    #expect(abs(scores.pixelAUROC - 0.5) < 0.05)
    #expect(map(.random, image) == map(.random, image))
    #expect(map(.edges, image).isFlat)
  }
}
