import Testing

@testable import Stages

@Suite struct InfidelityTests {
  @Test("agrees with captum to 1e-6")
  func agreesWithCaptum() throws {
    let reference = try JudgementReference.load()
    let hidden = try HiddenParts(of: reference.subject, reference.squares)
    let score = Infidelity.score(reference.saliency(reference.map), hidden)
    #expect(isNear(score, reference.infidelity, 1e-6))
    #expect(score > 0)
  }

  @Test("the known evidence has no error, whatever its scale")
  func perfectMap() throws {
    var draws = RandomStreams.stream("squares")
    let squares = Infidelity.squares(
      30, width: KnownEvidence.width, height: KnownEvidence.height, draws: &draws)
    let hidden = try HiddenParts(of: KnownEvidence.subject, squares)
    #expect(Infidelity.score(KnownEvidence.perfect, hidden) < 1e-10)
    #expect(
      Infidelity.score(KnownEvidence.constant, hidden)
        > 1e-4 + Infidelity.score(KnownEvidence.perfect, hidden))
    let flat = Saliency(
      width: 16, height: 8, values: [Float](repeating: 0, count: KnownEvidence.ties.count))
    let squared = hidden.drops.reduce(0) { $0 + $1 * $1 } / 30
    #expect(isNear(Infidelity.score(flat, hidden), squared, 1e-12))
  }

  @Test("squares lie in the image, and their sizes are in bounds")
  func squares() {
    var draws = RandomStreams.stream("squares")
    let squares = Infidelity.squares(200, width: 20, height: 16, draws: &draws)
    #expect(squares.allSatisfy { $0.allSatisfy { (0..<320).contains($0) } })
    #expect(Set(squares.map(\.count)) == Set((2...8).map { $0 * $0 }))
    var small = RandomStreams.stream("small")
    #expect(Infidelity.squares(3, width: 1, height: 1, draws: &small) == [[0], [0], [0]])
  }
}
