/// The learned values of a network: two contiguous buffers and the table of the tensors in them.
///
/// Convolution kernels are stored as height x width x in x out, the layout matrix products need;
/// imported and exported tensors have PyTorch's layouts.
public struct Weights: Sendable {
  /// Where each tensor is stored.
  public let table: ParameterTable
  /// The values that the optimiser updates.
  public internal(set) var parameters: [Float]
  /// Running means and variances of batch norm.
  public internal(set) var statistics: [Float]

  /// Creates initial weights: He-normal kernels drawn from `seed`, zero biases, batch norm as
  /// identity; an LSTM's kernels and biases uniform as in PyTorch.
  public init(_ network: Network, seed: UInt64) {
    table = network.table
    parameters = [Float](repeating: 0, count: table.parameterCount)
    statistics = [Float](repeating: 0, count: table.statisticCount)
    for (index, entry) in table.entries.enumerated() {
      let values: [Float]
      switch entry.initial {
      case .zeros: continue
      case .ones: values = [Float](repeating: 1, count: entry.count)
      case .heNormal(let fanIn):
        let draws = CounterRandom(seed: seed, 1, UInt64(index))
        let deviation = (2 / Double(fanIn)).squareRoot()
        values = (0..<entry.count).map { Float(deviation * draws.normal($0)) }
      case .uniform(let bound):
        let draws = CounterRandom(seed: seed, 1, UInt64(index))
        values = (0..<entry.count).map { Float(bound * (2 * Double(draws.uniform($0)) - 1)) }
      }
      set(entry, values)
    }
  }

  /// Creates weights of zeros, to be overwritten.
  init(zeros table: ParameterTable) {
    self.table = table
    parameters = [Float](repeating: 0, count: table.parameterCount)
    statistics = [Float](repeating: 0, count: table.statisticCount)
  }

  /// Creates weights from tensors in PyTorch's layouts; of two with the same name the last one
  /// counts.
  ///
  /// Tensors of an auxiliary head are ignored, as the reference does in evaluation. Throws an error
  /// that names all tensors that are missing, unknown or of the wrong shape.
  public init(_ network: Network, tensors: [Tensor]) throws(NeuralError) {
    self.init(network.table, fitting: try network.table.fitting(tensors))
  }

  /// Creates weights from a tensor for each entry of a table, in their order.
  init(_ table: ParameterTable, fitting tensors: [Tensor]) {
    self.init(zeros: table)
    for (entry, tensor) in zip(table.entries, tensors) {
      set(entry, Self.reordered(tensor.values, shape: entry.shape, toOIHW: false))
    }
  }

  /// Creates weights for fine-tuning published ones: the convolutions from `tensors`, the head
  /// drawn from `seed`, whatever head the tensors contain.
  ///
  /// Throws an error that names all tensors of the convolutions that are missing, unknown or of the
  /// wrong shape.
  public init(
    _ network: Network, pretrained tensors: [Tensor], seed: UInt64
  ) throws(NeuralError) {
    let fresh = Weights(network, seed: seed).tensors
    let features = Set(try network.part(0..<network.cut(open: 0)).table.entries.map(\.name))
    let given = tensors.filter { !Backbone.isOfHead($0.name) }
    self = try Weights(network, tensors: fresh.filter { !features.contains($0.name) } + given)
  }

  /// The weights of a part of the network.
  public func part(_ part: Network) throws(NeuralError) -> Weights {
    let names = Set(part.table.entries.map(\.name))
    return try Weights(part, tensors: tensors.filter { names.contains($0.name) })
  }

  /// Every tensor in PyTorch's layout, in the order of the nodes.
  public var tensors: [Tensor] {
    table.entries.map { entry in
      let buffer = entry.isStatistic ? statistics : parameters
      let values = Array(buffer[entry.range])
      return Tensor(
        name: entry.name, shape: entry.shape,
        values: Self.reordered(values, shape: entry.shape, toOIHW: true))
    }
  }

  private mutating func set(_ entry: ParameterTable.Entry, _ values: [Float]) {
    if entry.isStatistic {
      statistics.replaceSubrange(entry.range, with: values)
    } else {
      parameters.replaceSubrange(entry.range, with: values)
    }
  }

  /// Converts kernels between OIHW, as in files, and HWIO, as in memory; other tensors are
  /// unchanged.
  static func reordered(_ values: [Float], shape: [Int], toOIHW: Bool) -> [Float] {
    guard let order = KernelOrder(shape: shape) else { return values }
    return toOIHW ? order.toFile(values) : order.fromFile(values)
  }

  /// The values of a node.
  func values(of node: Int) -> NodeWeights {
    var values = NodeWeights()
    for entry in table.entries(of: node) {
      if entry.isStatistic {
        values.statistics.append(Array(statistics[entry.range]))
      } else {
        values.parameters.append(Array(parameters[entry.range]))
      }
    }
    return values
  }

  /// Replaces the values of a node.
  mutating func set(_ values: NodeWeights, of node: Int) {
    var rest = values
    for entry in table.entries(of: node) {
      if entry.isStatistic {
        statistics.replaceSubrange(entry.range, with: rest.statistics.removeFirst())
      } else {
        parameters.replaceSubrange(entry.range, with: rest.parameters.removeFirst())
      }
    }
  }
}

/// A named array of single-precision numbers, in row-major order.
public struct Tensor: Sendable, Hashable {
  /// The name, as in a PyTorch state dictionary.
  public let name: String
  /// The dimensions, slowest first; empty for a scalar.
  public let shape: [Int]
  /// The values, as many as the product of the dimensions.
  public let values: [Float]

  /// Creates a tensor.
  ///
  /// - Precondition: The number of values matches the shape.
  public init(name: String, shape: [Int], values: [Float]) {
    precondition(values.count == shape.reduce(1, *), "values do not fill \(name)")
    (self.name, self.shape, self.values) = (name, shape, values)
  }
}
