import Testing

@testable import Neural

@Suite struct NetworkDenseTests {
  @Test func tensorsHaveTheirNamesAndShapes() throws {
    let network = try Network.dense(inputs: 30, hidden: [8, 5], classes: 3, dropout: 0.2)
    #expect(
      network.table.entries.map { "\($0.name) \($0.shape)" } == [
        "hidden.0.weight [8, 30]", "hidden.0.bias [8]", "hidden.1.weight [5, 8]",
        "hidden.1.bias [5]", "output.weight [3, 5]", "output.bias [3]",
      ])
    #expect(network.input == Shape(height: 1, width: 1, channels: 30) && network.classes == 3)
    let linear = try Network.dense(inputs: 30, hidden: [], classes: 3, dropout: 0.2)
    #expect(linear.table.entries.map(\.name) == ["output.weight", "output.bias"])
  }

  @Test func theLastHiddenLayerIsAPart() throws {
    let network = try Network.dense(inputs: 3, hidden: [2], classes: 2, dropout: 0.2)
    let tensors = [
      Tensor(name: "hidden.0.weight", shape: [2, 3], values: [1, 0, 0, 0, 1, -1]),
      Tensor(name: "hidden.0.bias", shape: [2], values: [0.5, 0]),
      Tensor(name: "output.weight", shape: [2, 2], values: [1, 1, 1, -1]),
      Tensor(name: "output.bias", shape: [2], values: [0, 1]),
    ]
    let whole = try TrainedNetwork(network, tensors: tensors, threads: 1)
    #expect(whole.outputs([1, 2, 3, 1, 3, 1]) == [1.5, 2.5, 3.5, 0.5])
    let part = try network.part(0..<network.shapes.count - 1)
    let weights = try Weights(network, tensors: tensors).part(part)
    let hidden = try TrainedNetwork(part, tensors: weights.tensors, threads: 1)
    #expect(hidden.outputs([1, 2, 3, 1, 3, 1]) == [1.5, 0, 1.5, 2])
    #expect(hidden.inputGradients([1, 2, 3], gradients: [2, 5]) == [2, 0, 0])
  }

  @Test func trains() throws {
    let network = try Network.dense(inputs: 768, hidden: [16, 8], classes: 3, dropout: 0.1)
    var settings = Trainer.Settings()
    (settings.epochs, settings.batch, settings.seed, settings.threads) = (8, 16, 11, 1)
    func trained(threads: Int) throws -> Trainer {
      settings.threads = threads
      var trainer = Trainer(network, settings)
      try trainer.run(Colours()) { _ in }
      return trainer
    }
    let trainer = try trained(threads: 1)
    let (first, last) = (try #require(trainer.history.first), try #require(trainer.history.last))
    #expect(last.train.loss < 0.8 * first.train.loss)
    #expect(try trained(threads: 3).state == trainer.state)
  }

  @Test func refusesSizesThatAreNoNetwork() {
    for (inputs, hidden, classes, dropout) in [
      (0, [8], 3, 0.2), (30, [8, 0], 3, 0.2), (30, [8], 0, 0.2), (30, [8], 3, 1), (30, [], 3, -0.1),
      (30, [], 3, .nan),
    ] {
      #expect(throws: NeuralError.self) {
        try Network.dense(inputs: inputs, hidden: hidden, classes: classes, dropout: dropout)
      }
    }
  }
}
