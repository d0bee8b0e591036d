import Testing

@testable import Stages

@Suite struct RemovalCurvesTests {
  @Test("curves and areas agree with RISE and quantus to 1e-6")
  func agreesWithReference() throws {
    let reference = try JudgementReference.load()
    let curves = try RemovalCurves(
      of: reference.subject, reference.order, steps: reference.steps)
    #expect(isNear(curves.deletion, reference.deletion, 1e-6))
    #expect(isNear(curves.insertion, reference.insertion, 1e-6))
    #expect(isNear(Array(curves.deletion.dropFirst()), reference.flipped, 1e-6))
    #expect(
      isNear(RemovalCurves.area(under: curves.deletion), reference.deletionArea, 1e-6))
    #expect(
      isNear(RemovalCurves.area(under: curves.insertion), reference.insertionArea, 1e-6))
  }

  @Test("the known evidence beats a random map, which beats its inverse")
  func perfectMap() throws {
    func areas(_ map: Saliency) throws -> (deletion: Double, insertion: Double) {
      let curves = try RemovalCurves(
        of: KnownEvidence.subject, RelevanceOrder(map, ties: KnownEvidence.ties), steps: 16)
      return (
        RemovalCurves.area(under: curves.deletion), RemovalCurves.area(under: curves.insertion)
      )
    }
    let perfect = try areas(KnownEvidence.perfect)
    let random = try areas(KnownEvidence.random)
    let inverse = try areas(KnownEvidence.inverse)
    // The probability falls linearly over the first half, so the area is a quarter.
    #expect(isNear(perfect.deletion, 0.25, 1e-6) && isNear(perfect.insertion, 0.75, 1e-6))
    #expect(isNear(inverse.deletion, 0.75, 1e-6) && isNear(inverse.insertion, 0.25, 1e-6))
    #expect(abs(random.deletion - 0.5) < 0.1 && abs(random.insertion - 0.5) < 0.1)
  }

  @Test("a constant map deletes at random, not row by row")
  func constantMap() throws {
    let order = RelevanceOrder(KnownEvidence.constant, ties: KnownEvidence.ties)
    let curves = try RemovalCurves(of: KnownEvidence.subject, order, steps: 16)
    #expect(abs(RemovalCurves.area(under: curves.deletion) - 0.5) < 0.1)
    #expect(order.pixels.prefix(16).contains { $0 >= 16 })
  }

  @Test("areas of a line and of a constant")
  func areas() {
    #expect(RemovalCurves.area(under: [1, 0.5, 0]) == 0.5)
    #expect(RemovalCurves.area(under: [0.25, 0.25]) == 0.25)
    #expect(RemovalCurves.area(under: [1]) == 0)
    #expect(RemovalCurves.shares(4) == [0, 0.25, 0.5, 0.75, 1])
  }
}
