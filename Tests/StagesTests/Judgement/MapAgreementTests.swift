import Testing

@testable import Stages

@Suite struct MapAgreementTests {
  @Test("agrees with SciPy and scikit-image to 1e-6")
  func agreesWithReference() throws {
    let reference = try JudgementReference.load()
    let agreement = MapAgreement(
      reference.saliency(reference.map), reference.saliency(reference.other),
      top: reference.top, ties: reference.ties)
    #expect(isNear(agreement.spearman, reference.agreement.spearman, 1e-9))
    #expect(isNear(agreement.iou, reference.agreement.iou))
    #expect(isNear(try #require(agreement.ssim), reference.agreement.ssim, 1e-6))
  }

  @Test("a map agrees with itself, and not with its inverse")
  func limits() throws {
    func agreement(_ first: Saliency, _ second: Saliency) -> MapAgreement {
      MapAgreement(first, second, top: 0.25, ties: KnownEvidence.ties)
    }
    let own = agreement(KnownEvidence.perfect, KnownEvidence.perfect)
    #expect(own.spearman == 1 && own.iou == 1)
    #expect(isNear(try #require(own.ssim), 1, 1e-9))
    let other = agreement(KnownEvidence.perfect, KnownEvidence.inverse)
    #expect(other.spearman == -1 && other.iou == 0)
    #expect(agreement(KnownEvidence.perfect, KnownEvidence.constant).spearman == 0)
  }

  @Test("maps smaller than a window have no structural similarity")
  func smallMaps() {
    let map = Saliency(width: 6, height: 9, values: (0..<54).map { Float($0) })
    let agreement = MapAgreement(map, map, top: 0.1, ties: (0..<54).map { UInt64($0) })
    #expect(agreement.ssim == nil && agreement.spearman == 1)
    #expect(MapAgreement(meanOf: [agreement, agreement]) == agreement)
    #expect(MapAgreement(meanOf: []) == nil)
  }
}
