import Testing

@testable import Neural

@Suite struct WeightsTests {
  private let network: Network

  init() throws {
    network = try Backbone.cnn.network(Backbone.Form(size: 16, classes: 3, dropout: 0.3))
  }

  @Test func tensorsRoundTrip() throws {
    let weights = Weights(network, seed: 4)
    let again = try Weights(network, tensors: weights.tensors.reversed())
    #expect(again.parameters == weights.parameters && again.statistics == weights.statistics)
  }

  @Test func kernelsTurnToOIHW() {
    // Two outputs, one input, 1 x 2: memory holds position-major, files output-major.
    #expect(
      Weights.reordered([1, 2, 3, 4], shape: [2, 1, 1, 2], toOIHW: true) == [1, 3, 2, 4])
    #expect(
      Weights.reordered([1, 3, 2, 4], shape: [2, 1, 1, 2], toOIHW: false) == [1, 2, 3, 4])
  }

  @Test func freshKernelsHaveHesVariance() throws {
    let tensor = try #require(
      Weights(network, seed: 1).tensors.first { $0.name == "features.7.weight" })
    let mean = tensor.values.reduce(0.0) { $0 + Double($1 * $1) } / Double(tensor.values.count)
    #expect(abs(mean * 288 / 2 - 1) < 0.05)
  }

  @Test func misfitsAreAllNamed() {
    var tensors = Weights(network, seed: 4).tensors
    tensors.removeFirst()
    tensors[0] = Tensor(name: tensors[0].name, shape: [2], values: [0, 0])
    tensors.append(Tensor(name: "extra", shape: [], values: [0]))
    let error = #expect(throws: NeuralProblem.self) {
      _ = try Weights(network, tensors: tensors)
    }
    let reason = error?.reason ?? ""
    #expect(reason.contains("features.0.weight is missing"))
    #expect(reason.contains("features.1.weight has shape [2] where [16] is wanted"))
    #expect(reason.contains("extra is unknown"))
  }
}
