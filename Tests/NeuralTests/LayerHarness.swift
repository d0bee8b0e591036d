import Testing

@testable import Neural

/// A network of consecutive layers.
func chain(_ layers: [any Layer], _ input: Shape) throws -> Network {
  var builder = NetworkBuilder()
  builder.add("layers", sequence: layers)
  return try builder.network(input: input)
}

/// One layer by itself, after a node that passes everything through.
///
/// Inputs, parameters and the gradient of the output are `formula` with salts 1, 2 and 3, as in
/// Fixtures/layers.py; the loss is the sum of the output times its gradient.
struct LayerHarness {
  struct Result {
    var output: [Float]
    var input: [Float]
    var parameters: [Float]
    var statistics: [Float]
  }

  let layer: any Layer
  let shape: Shape
  let count: Int
  let network: Network
  var weights: Weights
  let input: [Float]
  let outputGradient: [Float]

  init(_ layer: any Layer, _ shape: Shape, count: Int) throws {
    (self.layer, self.shape, self.count) = (layer, shape, count)
    let network = try chain([Dropout(rate: 0), layer], shape)
    let flat = formula(network.table.parameterCount, salt: 2)
    let tensors = network.table.entries.map { entry in
      entry.isStatistic
        ? Tensor(
          name: entry.name, shape: entry.shape, values: [Float](repeating: 1, count: entry.count))
        : Tensor(
          name: entry.name, shape: entry.shape,
          values: Self.slice(flat, network.table, entry))
    }
    weights = try Weights(network, tensors: tensors)
    self.network = network
    input = formula(count * shape.count, salt: 1)
    outputGradient = formula(count * (network.shapes.last?.count ?? 0), salt: 3)
  }

  private static func slice(
    _ flat: [Float], _ table: ParameterTable, _ entry: ParameterTable.Entry
  ) -> [Float] { Array(flat[entry.offset..<entry.offset + entry.count]) }

  /// The parameters in PyTorch's order and layout.
  var parameters: [Float] { Self.outer(weights.parameters, network.table) }

  private static func outer(_ values: [Float], _ table: ParameterTable) -> [Float] {
    table.entries.filter { !$0.isStatistic }.flatMap {
      Weights.reordered(slice(values, table, $0), shape: $0.shape, toOIHW: true)
    }
  }

  /// Runs forward, and backward to both the input and the parameters.
  func run(
    training: Bool = true, threads: Int = 2, seed: UInt64 = 5
  ) -> Result {
    let workspace = Workspace(network, capacity: count, threads: threads)
    let mode: PassMode =
      training ? .training(DropoutDraws(seed: seed, step: 3, firstPosition: 7)) : .evaluation
    var weights = weights
    let output = workspace.forward(&weights, input, count: count, mode: mode)
    var gradient = [Float](repeating: .nan, count: network.table.parameterCount)
    let inner = gradient.withUnsafeMutableBufferPointer {
      workspace.backward(
        weights, from: outputGradient, count: count, mode: mode, parameterGradient: $0.baseAddress,
        wanted: 0)
    }
    return Result(
      output: output, input: inner, parameters: Self.outer(gradient, network.table),
      statistics: weights.statistics)
  }

  /// Compares the results with PyTorch's for the same numbers.
  func expectPyTorch(_ name: String, training: Bool = true, tolerance: Double = 2e-6) throws {
    let cases = try fixture("layers.json", as: [String: [String: [Double]]].self)
    let expected = try #require(cases[name])
    let result = run(training: training)
    #expect(difference(result.output, expected["output"] ?? []) < tolerance)
    #expect(difference(result.input, expected["input"] ?? []) < 5 * tolerance)
    if let parameters = expected["parameters"], training {
      #expect(difference(result.parameters, parameters) < 5 * tolerance)
    }
    if let statistics = expected["statistics"] {
      #expect(difference(result.statistics, statistics) < tolerance)
    }
  }

  /// Compares the output and all gradients with a reference in double precision: the output
  /// directly, gradients by central differences of the loss.
  ///
  /// `reference` computes the output from the input and the parameters (in PyTorch's layout).
  func expectDifferences(
    training: Bool = true, _ reference: ([Double], [Double]) -> [Double]
  ) {
    let result = run(training: training)
    let (x, p) = (input.map(Double.init), parameters.map(Double.init))
    func loss(_ x: [Double], _ p: [Double]) -> Double {
      zip(reference(x, p), outputGradient).reduce(0) { $0 + $1.0 * Double($1.1) }
    }
    func numericGradient(_ values: [Double], _ loss: ([Double]) -> Double) -> [Double] {
      let step = 1e-5
      return values.indices.map { index in
        var (up, down) = (values, values)
        up[index] += step
        down[index] -= step
        return (loss(up) - loss(down)) / (2 * step)
      }
    }
    #expect(difference(result.output, reference(x, p)) < 1e-5)
    #expect(difference(result.input, numericGradient(x) { loss($0, p) }) < 2e-5)
    if !p.isEmpty, training {
      #expect(difference(result.parameters, numericGradient(p) { loss(x, $0) }) < 2e-5)
    }
  }

  /// Checks that one thread and three produce the same bits.
  func expectSameBits() {
    let (one, three) = (run(threads: 1), run(threads: 3))
    #expect(one.output == three.output)
    #expect(one.input == three.input)
    #expect(one.parameters == three.parameters)
    #expect(one.statistics == three.statistics)
  }
}
