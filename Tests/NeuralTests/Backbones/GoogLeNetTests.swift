import Testing

@testable import Neural

@Suite struct GoogLeNetTests {
  private let parity: BackboneParity

  init() throws { parity = try BackboneParity(.googleNet, fixture: "googlenet.json") }

  @Test func tensorsMatchTheReference() throws { try parity.expectTensors() }

  @Test func worksOnEverySizeFrom75() throws { try parity.expectEdges() }

  @Test func splitsAtEveryBlock() throws { try parity.expectParts() }

  @Test func numbersAgreeWithTheReference() throws { try parity.expectNumbers() }

  /// torchvision has 5,599,904 parameters in front of the dense layer.
  @Test func parametersMatchTheReference() throws {
    let form = Backbone.Form(size: 224, classes: 1000, head: .plain)
    let network = try Backbone.googleNet.network(form)
    #expect(network.table.parameterCount == 5_599_904 + 1024 * 1000 + 1000)
    // Rounded up at each pooling: 112, 56, 28, 14, 7.
    #expect(network.blockOutputs.map(\.width) == [112, 56, 56, 28, 28, 14, 14, 14, 14, 14, 7, 7])
  }

  @Test func acceptsPublicFilesWithTheirAuxiliaryHeads() throws {
    let form = Backbone.Form(size: 32, classes: 4, head: .plain)
    let network = try Backbone.googleNet.network(form)
    let own = Weights(network, seed: 5).tensors
    let auxiliary = ["aux1.conv.conv.weight", "aux1.fc1.bias", "aux2.conv.bn.running_mean"].map {
      Tensor(name: $0, shape: [1], values: [9])
    }
    #expect(try Weights(network, tensors: own + auxiliary).tensors == own)
    let transferred = try Weights(network, pretrained: own + auxiliary, seed: 6)
    let fresh = Weights(network, seed: 6).tensors
    for (tensor, (given, new)) in zip(transferred.tensors, zip(own, fresh)) {
      #expect(tensor == (tensor.name.hasPrefix("fc.") ? new : given), "\(tensor.name)")
    }
  }
}
