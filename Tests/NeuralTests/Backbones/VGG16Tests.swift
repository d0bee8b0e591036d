import Testing

@testable import Neural

@Suite struct VGG16Tests {
  private let parity: BackboneParity

  init() throws { parity = try BackboneParity(.vgg16, .hidden(), fixture: "vgg16.json") }

  @Test func tensorsMatchTheReference() throws { try parity.expectTensors() }

  @Test func worksOnEverySizeFrom75() throws { try parity.expectEdges() }

  /// torchvision has 14,714,688 parameters in the convolutions and 119,562,244 in the dense layers
  /// for 4 classes.
  @Test func ownHeadMatchesTheReference() throws {
    let network = try Backbone.vgg16.network(
      Backbone.Form(size: 75, classes: 4, head: .plain))
    let head = network.table.entries.suffix(6)
    #expect(
      head.map { "\($0.name) \($0.shape)" } == [
        "classifier.0.weight [4096, 25088]", "classifier.0.bias [4096]",
        "classifier.3.weight [4096, 4096]", "classifier.3.bias [4096]",
        "classifier.6.weight [4, 4096]", "classifier.6.bias [4]",
      ])
    #expect(network.table.parameterCount == 14_714_688 + 119_562_244)
    #expect(network.nodes[network.lastActivations].name == "features.29")
  }

  @Test func splitsAtEveryBlock() throws { try parity.expectParts() }

  @Test func numbersAgreeWithTheReference() throws { try parity.expectNumbers() }
}
