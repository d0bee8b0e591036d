/// A graph of layers, built once: forward runs its nodes in order, backward in reverse.
///
/// A node reads only outputs of earlier nodes, so the list is in execution order. Freezing is a cut
/// between two blocks: the nodes before and after it form separate networks.
public struct Network: Sendable {
  /// What a node does with its inputs.
  enum Operation: Sendable {
    /// A layer with one input.
    case layer(any Layer)
    /// The sum of two inputs of the same shape: the end of a residual block (He et al. 2016).
    case sum
    /// The channels of all inputs, which have the same height and width, one input after the other.
    case concatenation
  }

  /// One operation and its inputs.
  struct Node: Sendable {
    /// The prefix of its tensors' names, as in PyTorch: `features.3`.
    let name: String
    let operation: Operation
    /// The nodes whose outputs it reads; -1 is the network's input.
    let inputs: [Int]

    /// The layer, if the operation is one.
    var layer: (any Layer)? { if case .layer(let layer) = operation { layer } else { nil } }
  }

  /// The shape of a sample.
  public let input: Shape
  /// The shape of each node's output.
  public let shapes: [Shape]
  /// Where the tensors are stored in the weights.
  public let table: ParameterTable
  let nodes: [Node]
  /// The first node of each convolutional block, in ascending order.
  let blocks: [Int]
  /// The number of nodes that read each node's output.
  let consumers: [Int]

  /// The number of classes: the channels of the last node.
  public var classes: Int { shapes.last?.channels ?? 0 }

  /// Creates a network of at least one node.
  ///
  /// Throws an error that names the first node that does not fit its inputs.
  init(input: Shape, nodes: [Node], blocks: [Int] = []) throws(NeuralError) {
    precondition(!nodes.isEmpty, "a network without layers")
    var shapes: [Shape] = []
    var consumers = [Int](repeating: 0, count: nodes.count)
    for node in nodes {
      precondition(node.inputs.allSatisfy { (-1..<shapes.count).contains($0) })
      let given = node.inputs.map { $0 < 0 ? input : shapes[$0] }
      guard let next = Self.outputShape(node.operation, given) else {
        let activations = given.map(\.description).joined(separator: " and ")
        throw NeuralError("layer \(node.name) does not match activations of \(activations)")
      }
      for index in node.inputs where index >= 0 { consumers[index] += 1 }
      shapes.append(next)
    }
    (self.input, self.nodes, self.shapes) = (input, nodes, shapes)
    (self.blocks, self.consumers) = (blocks, consumers)
    table = ParameterTable(nodes)
  }

  private static func outputShape(_ operation: Operation, _ inputs: [Shape]) -> Shape? {
    switch operation {
    case .layer(let layer): inputs.count == 1 ? layer.outputShape(inputs[0]) : nil
    case .sum: inputs.count == 2 && inputs[0] == inputs[1] ? inputs[0] : nil
    case .concatenation: concatenated(inputs)
    }
  }

  private static func concatenated(_ inputs: [Shape]) -> Shape? {
    guard let first = inputs.first,
      inputs.allSatisfy({ ($0.height, $0.width) == (first.height, first.width) })
    else { return nil }
    return Shape(
      height: first.height, width: first.width, channels: inputs.reduce(0) { $0 + $1.channels })
  }

  /// The shape of a node's first input.
  func inputShape(_ node: Int) -> Shape {
    let first = nodes[node].inputs[0]
    return first < 0 ? input : shapes[first]
  }

  /// The inputs of a node, each with its number of channels.
  func channelsOfInputs(_ node: Int) -> [(input: Int, channels: Int)] {
    nodes[node].inputs.map { ($0, ($0 < 0 ? input : shapes[$0]).channels) }
  }

  /// The first node after the convolutional blocks: the pooling of the head, or its LSTM.
  var head: Int {
    nodes.firstIndex {
      $0.layer is GlobalAveragePool || $0.layer is AdaptiveAveragePool || $0.layer is LSTM
    } ?? nodes.count - 1
  }

  /// The node that outputs the last convolution's activations, before any max pooling.
  var lastActivations: Int {
    head > 1 && nodes[head - 1].layer is MaxPool ? head - 2 : head - 1
  }

  /// The first trained node if the last `open` blocks are trained.
  ///
  /// With no open blocks it is the node after the pooling of the head, as pooling has no parameters
  /// and leaves few numbers to keep; or the head's LSTM.
  public func cut(open: Int) -> Int {
    guard open <= 0 else { return open >= blocks.count ? 0 : blocks[blocks.count - open] }
    return nodes[head].layer is LSTM ? head : head + 1
  }

  /// A range of nodes as a network, whose input is the output of the node before the range.
  ///
  /// - Precondition: The range is not empty, and its nodes read no other output from before it.
  public func part(_ range: Range<Int>) throws(NeuralError) -> Network {
    let start = range.lowerBound
    let moved = nodes[range].map { node in
      precondition(node.inputs.allSatisfy { $0 >= start - 1 }, "the cut tears \(node.name)")
      return Node(
        name: node.name, operation: node.operation, inputs: node.inputs.map { $0 - start })
    }
    return try Network(
      input: start == 0 ? input : shapes[start - 1], nodes: moved,
      blocks: blocks.filter(range.contains).map { $0 - start })
  }

  /// All nodes from a given one on, as a network.
  public func part(_ range: PartialRangeFrom<Int>) throws(NeuralError) -> Network {
    try part(range.lowerBound..<nodes.count)
  }
}

/// Builds a network node by node, each after the previous one unless specified otherwise.
struct NetworkBuilder {
  private(set) var nodes: [Network.Node] = []
  private(set) var blocks: [Int] = []

  /// The index of the last node; -1, the network's input, if there is none yet.
  var last: Int { nodes.count - 1 }

  /// Begins a block with the next node.
  mutating func beginBlock() { blocks.append(nodes.count) }

  /// Adds a layer after the last node or another one.
  mutating func add(_ name: String, _ layer: any Layer, after node: Int? = nil) {
    nodes.append(Network.Node(name: name, operation: .layer(layer), inputs: [node ?? last]))
  }

  /// Adds layers with the names that PyTorch's `nn.Sequential` gives them.
  mutating func add(_ name: String, sequence layers: [any Layer]) {
    for (index, layer) in layers.enumerated() { add("\(name).\(index)", layer) }
  }

  /// Adds a node that sums the outputs of the last node and an earlier one.
  mutating func addSum(_ name: String, with other: Int) {
    nodes.append(Network.Node(name: name, operation: .sum, inputs: [last, other]))
  }

  /// Adds a node that concatenates the channels of some nodes.
  mutating func addConcatenation(_ name: String, of inputs: [Int]) {
    nodes.append(Network.Node(name: name, operation: .concatenation, inputs: inputs))
  }

  /// Returns the network of the added nodes.
  func network(input: Shape) throws(NeuralError) -> Network {
    try Network(input: input, nodes: nodes, blocks: blocks)
  }
}
