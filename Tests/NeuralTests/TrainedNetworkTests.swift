import Testing

@testable import Neural

@Suite struct TrainedNetworkTests {
  private let network: Network
  private let weights: Weights
  private let trained: TrainedNetwork
  private let rows = formula(40 * 30, salt: 1)

  init() throws {
    network = try Network.dense(inputs: 30, hidden: [150, 20], classes: 4, dropout: 0.5)
    weights = Weights(network, seed: 3)
    trained = try TrainedNetwork(network, tensors: weights.tensors, threads: 2)
  }

  private func rows(_ range: Range<Int>, of values: [Float], _ width: Int) -> [Float] {
    Array(values[range.lowerBound * width..<range.upperBound * width])
  }

  @Test func outputsAndGradientsDoNotDependOnTheBatch() {
    let outputs = trained.outputs(rows)
    #expect(trained.width == 4 && outputs.count == 160)
    let slope = formula(160, salt: 2)
    let gradients = trained.inputGradients(rows, gradients: slope)
    #expect(gradients.count == rows.count)
    for range in [0..<1, 7..<9, 5..<39] {
      let own = rows(range, of: rows, 30)
      #expect(trained.outputs(own) == rows(range, of: outputs, 4))
      let found = trained.inputGradients(own, gradients: rows(range, of: slope, 4))
      #expect(found == rows(range, of: gradients, 30))
    }
  }

  @Test func gradientsAgreeWithDifferences() {
    let row = rows(0..<1, of: rows, 30)
    let slope = formula(4, salt: 2)
    func scalar(_ row: [Float]) -> Double {
      zip(trained.outputs(row), slope).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }
    let step: Float = 0x1p-9
    let wanted = row.indices.map { index in
      var (up, down) = (row, row)
      up[index] += step
      down[index] -= step
      return (scalar(up) - scalar(down)) / Double(2 * step)
    }
    // A step may cross the bend of a ReLU.
    #expect(difference(trained.inputGradients(row, gradients: slope), wanted) < 0.05)
  }

  /// Grad-CAM at the last node, whose gradient is given, needs no backward pass.
  @Test func gradientsAtTheLastNodeAreTheGivenOnes() throws {
    let network = try chain([ReLU()], Shape(height: 2, width: 2, channels: 2))
    let trained = try TrainedNetwork(network, tensors: [], threads: 1)
    let found = trained.layerMaps(
      [1, 2, 3, 4, -1, 1, 0, 1], gradient: [4, 0, 0, 0, 0, -2, 0, -2], at: 0)
    #expect(found.gradCAM == [0, 0, 0, 0] && (found.width, found.height) == (2, 2))
    let other = trained.layerMaps(
      [1, 2, 3, 4, -1, 1, 0, 1], gradient: [4, 0, 0, 0, 0, 0, 0, 0], at: 0)
    #expect(other.gradCAM == [1, 3, 0, 0])
    let alone = trained.layerMaps([1, 2, 3, 4, -1, 1, 0, 1], gradient: nil, at: 0)
    #expect(alone.activations == [1, 2, 3, 4, 0, 1, 0, 1] && alone.gradients.isEmpty)
    #expect(alone.map(of: 1) == [2, 4, 1, 1])
  }
}
