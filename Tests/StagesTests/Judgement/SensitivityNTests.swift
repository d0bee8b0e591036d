import Testing

@testable import Stages

@Suite struct SensitivityNTests {
  @Test("the mean correlation agrees with SciPy to 1e-5, as probabilities are in single precision")
  func agreesWithSciPy() throws {
    let reference = try JudgementReference.load()
    let subsets = SensitivityN(
      groups: try reference.subsets.map { try HiddenParts(of: reference.subject, $0) })
    #expect(isNear(subsets.score(reference.saliency(reference.map)), reference.sensitivityN, 1e-5))
  }

  @Test("the known evidence correlates fully, a constant map not at all")
  func perfectMap() throws {
    var draws = RandomStreams.stream("subsets")
    let subsets = SensitivityN.subsets(
      20, width: KnownEvidence.width, height: KnownEvidence.height, draws: &draws)
    let measure = SensitivityN(
      groups: try subsets.map { try HiddenParts(of: KnownEvidence.subject, $0) })
    #expect(isNear(measure.score(KnownEvidence.perfect), 1, 1e-6))
    #expect(measure.score(KnownEvidence.constant) == 0)
    #expect(measure.score(KnownEvidence.inverse) < -0.99)
  }

  @Test("cells cover an image once, also one that the grid does not divide")
  func cells() {
    for (width, height) in [(16, 8), (13, 21), (5, 3)] {
      let cells = SensitivityN.cells(width: width, height: height)
      #expect(cells.count == 64)
      #expect(cells.flatMap { $0 }.sorted() == Array(0..<width * height))
    }
  }

  @Test("subsets have distinct cells")
  func subsets() {
    var draws = RandomStreams.stream("subsets")
    let groups = SensitivityN.subsets(5, width: 8, height: 8, draws: &draws)
    #expect(groups.map(\.count) == [5, 5, 5, 5])
    for (group, size) in zip(groups, SensitivityN.sizes) {
      #expect(group.allSatisfy { Set($0).count == size && $0.count == size })
    }
  }
}
