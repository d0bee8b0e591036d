import Testing

@testable import Stages

@Suite struct ErasureTests {
  @Test("both scores agree with the authors' formula to 1e-6")
  func agreesWithReference() throws {
    let reference = try JudgementReference.load()
    let erasure = try Erasure(of: reference.subject, reference.order)
    #expect(isNear(erasure.comprehensiveness, reference.comprehensiveness, 1e-6))
    #expect(isNear(erasure.sufficiency, reference.sufficiency, 1e-6))
  }

  @Test("the known evidence is comprehensive and sufficient")
  func perfectMap() throws {
    func erasure(_ map: Saliency) throws -> Erasure {
      try Erasure(of: KnownEvidence.subject, RelevanceOrder(map, ties: KnownEvidence.ties))
    }
    let (perfect, inverse) = (
      try erasure(KnownEvidence.perfect), try erasure(KnownEvidence.inverse)
    )
    // Of 128 pixels 1, 6, 13, 26 and 64 are hidden, of the 64 that count: 110 in five steps.
    let lost: Double = 110.0 / 320
    #expect(isNear(perfect.comprehensiveness, lost, 1e-6))
    #expect(isNear(perfect.sufficiency, 1 - lost, 1e-6))
    #expect(isNear(inverse.comprehensiveness, 0, 1e-6) && isNear(inverse.sufficiency, 1, 1e-6))
  }
}
