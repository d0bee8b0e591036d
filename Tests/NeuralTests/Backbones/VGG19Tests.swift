import Testing

@testable import Neural

@Suite struct VGG19Tests {
  private let parity: BackboneParity

  init() throws { parity = try BackboneParity(.vgg19, .hidden(), fixture: "vgg19.json") }

  @Test func tensorsMatchTheReference() throws { try parity.expectTensors() }

  @Test func worksOnEverySizeFrom75() throws { try parity.expectEdges() }

  /// torchvision has 20,024,384 parameters in the convolutions and 119,562,244 in the dense layers
  /// for 4 classes.
  @Test func ownHeadMatchesTheReference() throws {
    let network = try Backbone.vgg19.network(
      Backbone.Form(size: 75, classes: 4, head: .plain))
    #expect(network.table.parameterCount == 20_024_384 + 119_562_244)
    #expect(network.table.entries.last?.name == "classifier.6.bias")
    #expect(network.nodes[network.lastActivations].name == "features.35")
  }

  @Test func splitsAtEveryBlock() throws { try parity.expectParts() }

  @Test func numbersAgreeWithTheReference() throws { try parity.expectNumbers() }
}
