import Testing

@testable import Neural

@Suite struct CNNLSTMTests {
  private let parity: BackboneParity

  init() throws { parity = try BackboneParity(.cnnLSTM, .hidden(), fixture: "cnn_lstm.json") }

  @Test func tensorsMatchTheReference() throws { try parity.expectTensors() }

  @Test func worksOnEverySizeFrom75() throws { try parity.expectEdges() }

  @Test func splitsAtEveryBlock() throws { try parity.expectParts() }

  @Test func numbersAgreeWithTheReference() throws { try parity.expectNumbers() }

  private func network(_ head: Backbone.Head = .hidden()) throws -> Network {
    try Backbone.cnnLSTM.network(Backbone.Form(size: 64, classes: 5, head: head))
  }

  @Test func theLSTMBelongsToTheHead() throws {
    let network = try network()
    #expect(network.nodes[network.head].name == "lstm")
    #expect(network.nodes[network.lastActivations].name == "features.13")
    #expect(network.cut(open: 0) == network.head)
    // With the head alone, the LSTM is trained.
    let trained = try network.part(network.cut(open: 0)...).table.entries.map(\.name)
    #expect(trained.contains("lstm.weight_hh_l0") && !trained.contains("features.11.weight"))
    #expect(try self.network(.plain).table.entries.last?.name == "classifier.1.bias")
    #expect(network.table.parameterCount / 1000 == 705)
  }

  @Test func transferKeepsTheConvolutionsAndDrawsTheHead() throws {
    let network = try network()
    let (given, fresh) = (Weights(network, seed: 1).tensors, Weights(network, seed: 2).tensors)
    let transferred = try Weights(network, pretrained: given, seed: 2).tensors
    for (tensor, (old, new)) in zip(transferred, zip(given, fresh)) {
      #expect(tensor == (tensor.name.hasPrefix("features.") ? old : new), "\(tensor.name)")
    }
  }

  /// Grad-CAM at the last convolution is the gradient through the LSTM.
  @Test func gradCAMPassesTheLSTM() throws {
    let form = Backbone.Form(size: 32, classes: 3)
    let weights = Weights(try Backbone.cnnLSTM.network(form), seed: 3)
    let classifier = try Classifier(.cnnLSTM, form, tensors: weights.tensors, threads: 2)
    let image = formula(32 * 32 * 3, salt: 1)
    let maps = (0..<3).map { classifier.gradCAM(image, class: $0) }
    #expect(maps.allSatisfy { ($0.width, $0.height) == (4, 4) })
    #expect(maps.contains { $0.map.contains { $0 > 0 } } && maps[0].map != maps[1].map)
  }
}
