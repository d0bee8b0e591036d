import Testing

@testable import Neural

@Suite struct InceptionV3Tests {
  private let parity: BackboneParity

  init() throws { parity = try BackboneParity(.inceptionV3, fixture: "inception_v3.json") }

  @Test func tensorsMatchTheReference() throws { try parity.expectTensors() }

  @Test func worksOnEverySizeFrom75() throws { try parity.expectEdges() }

  @Test func splitsAtEveryBlock() throws { try parity.expectParts() }

  @Test func numbersAgreeWithTheReference() throws { try parity.expectNumbers() }
}
