import Foundation
import Testing

@testable import Neural

@Suite struct LSTMTests {
  /// The layer for a map, with its input shape.
  private func layer(
    _ rows: Int, _ columns: Int, _ channels: Int, hidden: Int
  ) -> (LSTM, Shape) {
    (
      LSTM(inputs: columns * channels, hidden: hidden),
      Shape(height: rows, width: columns, channels: channels)
    )
  }

  @Test(arguments: [(5, 2, 3, 4), (1, 1, 7, 3)])
  func agreesWithPyTorch(rows: Int, columns: Int, channels: Int, hidden: Int) throws {
    let (layer, shape) = layer(rows, columns, channels, hidden: hidden)
    try LayerHarness(layer, shape, count: 2)
      .expectPyTorch("lstm-\(rows)-\(layer.inputs)-\(hidden)")
  }

  /// The equations of PyTorch's documentation, with gates that fill one tile and more than one.
  @Test(arguments: [(4, 2, 3, 5, 2), (2, 1, 2, 33, 1)])
  func agreesWithDifferences(
    rows: Int, columns: Int, channels: Int, hidden: Int, count: Int
  ) throws {
    let (layer, shape) = layer(rows, columns, channels, hidden: hidden)
    try LayerHarness(layer, shape, count: count).expectDifferences { x, p in
      (0..<count).flatMap { sample in
        reference(
          Array(x[sample * shape.count..<(sample + 1) * shape.count]), p, layer, steps: rows)
      }
    }
  }

  private func reference(_ x: [Double], _ p: [Double], _ layer: LSTM, steps: Int) -> [Double] {
    let (inputs, hidden) = (layer.inputs, layer.hidden)
    let biases = 4 * hidden * (inputs + hidden)
    func sigmoid(_ value: Double) -> Double { 1 / (1 + exp(-value)) }
    var state = [Double](repeating: 0, count: hidden)
    var cell = state
    for step in 0..<steps {
      let gates = (0..<4 * hidden).map { gate in
        var sum: Double = p[biases + gate] + p[biases + 4 * hidden + gate]
        for at in 0..<inputs { sum += p[gate * inputs + at] * x[step * inputs + at] }
        for at in 0..<hidden { sum += p[4 * hidden * inputs + gate * hidden + at] * state[at] }
        return sum
      }
      for unit in 0..<hidden {
        let candidate: Double = sigmoid(gates[unit]) * tanh(gates[2 * hidden + unit])
        cell[unit] = sigmoid(gates[hidden + unit]) * cell[unit] + candidate
        state[unit] = sigmoid(gates[3 * hidden + unit]) * tanh(cell[unit])
      }
    }
    return state
  }

  @Test func threadsDoNotChangeBits() throws {
    let (layer, shape) = layer(7, 6, 40, hidden: 48)
    try LayerHarness(layer, shape, count: 5).expectSameBits()
  }

  @Test func samplesDoNotDependOnTheBatch() throws {
    let (layer, shape) = layer(7, 6, 40, hidden: 48)
    let network = try chain([layer], shape)
    var weights = Weights(network, seed: 1)
    let images = formula(5 * shape.count, salt: 1)
    let gradient = formula(5 * 48, salt: 3)
    let workspace = Workspace(network, capacity: 5, threads: 2)
    func run(_ range: Range<Int>) -> (output: [Float], input: [Float]) {
      let output = workspace.forward(
        &weights, Array(images[range.lowerBound * shape.count..<range.upperBound * shape.count]),
        count: range.count, mode: .evaluation)
      let input = workspace.backward(
        weights, from: Array(gradient[range.lowerBound * 48..<range.upperBound * 48]),
        count: range.count, mode: .evaluation, wanted: -1)
      return (output, input)
    }
    let together = run(0..<5)
    let alone = (0..<5).map { run($0..<$0 + 1) }
    #expect(alone.flatMap(\.output) == together.output)
    #expect(alone.flatMap(\.input) == together.input)
  }

  @Test func initialWeightsAreUniformAsInPyTorch() throws {
    let (layer, shape) = layer(2, 4, 16, hidden: 25)
    let network = try chain([layer], shape)
    let tensors = Weights(network, seed: 1).tensors
    #expect(
      tensors.map { "\($0.name) \($0.shape)" } == [
        "layers.0.weight_ih_l0 [100, 64]", "layers.0.weight_hh_l0 [100, 25]",
        "layers.0.bias_ih_l0 [100]", "layers.0.bias_hh_l0 [100]",
      ])
    for tensor in tensors {
      let (least, most) = (tensor.values.min() ?? 0, tensor.values.max() ?? 0)
      #expect(least >= -0.2 && least < -0.18 && most > 0.18 && most <= 0.2, "\(tensor.name)")
      let square = tensor.values.reduce(0.0) { $0 + Double($1 * $1) }
      #expect(abs(square / Double(tensor.values.count) / (0.04 / 3) - 1) < 0.25)
    }
    #expect(tensors[2].values != tensors[3].values)
  }

  @Test func refusesRowsOfAnotherLength() {
    let (layer, _) = layer(2, 4, 16, hidden: 8)
    #expect(layer.outputShape(Shape(height: 9, width: 2, channels: 32))?.count == 8)
    #expect(layer.outputShape(Shape(height: 2, width: 5, channels: 16)) == nil)
  }
}
