import Testing

@testable import Neural

@Suite struct ResNet50Tests {
  private let parity: BackboneParity

  init() throws { parity = try BackboneParity(.resNet50, fixture: "resnet50.json") }

  @Test func tensorsMatchTheReference() throws { try parity.expectTensors() }

  @Test func worksOnEverySizeFrom75() throws { try parity.expectEdges() }

  @Test func splitsAtEveryBlock() throws { try parity.expectParts() }

  @Test func numbersAgreeWithTheReference() throws { try parity.expectNumbers() }
}
