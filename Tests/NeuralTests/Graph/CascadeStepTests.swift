import Testing

@testable import Neural

@Suite struct CascadeStepTests {
  @Test(
    "the steps of every network go from the last layer to the first", arguments: Backbone.allCases)
  func stepsCoverTheNetwork(_ backbone: Backbone) throws {
    let network = try backbone.network(
      Backbone.Form(size: max(32, backbone.smallestSize), classes: 4))
    let steps = network.cascade
    #expect(steps.count >= 3)
    #expect(steps.map(\.node) == steps.map(\.node).sorted(by: >))
    #expect(Set(steps.map(\.name)).count == steps.count)
    let first = try #require(steps.first)
    #expect(network.nodes[first.node].layer is Dense)
    #expect(steps.last?.node == 0)
  }

  @Test("a step redraws all values from its layer on, and no other")
  func redrawsASuffix() throws {
    let network = try Backbone.cnn.network(Backbone.Form(size: 16, classes: 4))
    let weights = Weights(network, seed: 3)
    let before = Dictionary(uniqueKeysWithValues: weights.tensors.map { ($0.name, $0) })
    for step in network.cascade {
      let redrawn = weights.redrawn(network, from: step.node, seed: 4)
      let nodes = Set(network.nodes[step.node...].map(\.name))
      for tensor in redrawn.tensors where tensor.shape.count > 1 {
        let layer = tensor.name.split(separator: ".").dropLast().joined(separator: ".")
        #expect((tensor == before[tensor.name]) != nodes.contains(layer), "\(tensor.name)")
      }
      #expect(redrawn.tensors.map(\.name) == weights.tensors.map(\.name))
    }
    let all = weights.redrawn(network, from: 0, seed: 4)
    #expect(all.tensors == Weights(network, seed: 4).tensors)
  }

  @Test("a redrawn classifier differs, and is the same for one seed")
  func redrawnClassifier() throws {
    let form = Backbone.Form(size: 16, classes: 4)
    let weights = Weights(try Backbone.cnn.network(form), seed: 3)
    let classifier = try Classifier(.cnn, form, tensors: weights.tensors, threads: 1)
    let image = formula(16 * 16 * 3, salt: 1)
    let logits = try classifier.network.cascade.map {
      try classifier.redrawn($0, seed: 9, threads: 1).logits(image)
    }
    #expect(Set(logits).count == logits.count)
    #expect(!logits.contains(classifier.logits(image)))
    let again = try classifier.redrawn(classifier.network.cascade[0], seed: 9, threads: 2)
    #expect(again.logits(image) == logits[0])
  }
}
