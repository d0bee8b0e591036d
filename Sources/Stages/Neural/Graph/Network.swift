/// A graph of layers, built once: forward runs its nodes in order, backward in reverse.
///
/// A node takes the outputs of nodes in front of it, so that the order of the list is one in which
/// they can be computed. Freezing is a cut between two blocks: what lies in front of it and what
/// lies behind it are networks of their own.
public struct Network: Sendable {
  /// What a node does with its inputs.
  enum Operation: Sendable {
    /// A layer on one input.
    case layer(any Layer)
    /// The sum of two inputs of one shape: the end of a residual block (He et al. 2016).
    case sum
    /// The channels of all inputs, of one height and width, one input's behind the other's.
    case concatenation
  }

  /// One operation in its place.
  struct Node: Sendable {
    /// The name its tensors begin with, as PyTorch gives it: `features.3`.
    let name: String
    let operation: Operation
    /// The nodes whose outputs it takes; -1 is the network's input.
    let inputs: [Int]

    /// The layer, if it is one.
    var layer: (any Layer)? { if case .layer(let layer) = operation { layer } else { nil } }
  }

  /// What a sample must be.
  public let input: Shape
  /// What comes out behind each node.
  public let shapes: [Shape]
  /// Where the tensors lie.
  public let table: ParameterTable
  let nodes: [Node]
  /// The first node of each convolutional block, ascending.
  let blocks: [Int]
  /// How many nodes take each node's output.
  let consumers: [Int]

  /// The number of classes: the channels of the last node.
  public var classes: Int { shapes.last?.channels ?? 0 }

  /// A network of at least one node.
  ///
  /// Throws the first node that does not fit what comes before it.
  init(input: Shape, nodes: [Node], blocks: [Int] = []) throws(NeuralError) {
    precondition(!nodes.isEmpty, "a network of no layers")
    var shapes: [Shape] = []
    var consumers = [Int](repeating: 0, count: nodes.count)
    for node in nodes {
      precondition(node.inputs.allSatisfy { (-1..<shapes.count).contains($0) })
      let given = node.inputs.map { $0 < 0 ? input : shapes[$0] }
      guard let next = Self.outputShape(node.operation, given) else {
        let activations = given.map(\.description).joined(separator: " and ")
        throw NeuralError("layer \(node.name) does not fit activations of \(activations)")
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

  /// The shape of what goes into a node first.
  func inputShape(_ node: Int) -> Shape {
    let first = nodes[node].inputs[0]
    return first < 0 ? input : shapes[first]
  }

  /// The nodes that a node takes, each with how many channels it gives.
  func channelsOfInputs(_ node: Int) -> [(input: Int, channels: Int)] {
    nodes[node].inputs.map { ($0, ($0 < 0 ? input : shapes[$0]).channels) }
  }

  /// The first node behind the convolutional blocks: the head's pooling.
  var head: Int {
    nodes.firstIndex { $0.layer is GlobalAveragePool || $0.layer is AdaptiveAveragePool }
      ?? nodes.count - 1
  }

  /// The node that gives the last convolution's activations, in front of any max pooling.
  var lastActivations: Int {
    head > 1 && nodes[head - 1].layer is MaxPool ? head - 2 : head - 1
  }

  /// The first node that trains when the last so many blocks are open; for none what lies behind the
  /// head's pooling, which learns nothing and leaves few numbers to keep.
  public func cut(open: Int) -> Int {
    open <= 0 ? head + 1 : open >= blocks.count ? 0 : blocks[blocks.count - open]
  }

  /// Some nodes as a network, which takes what the node in front of them gives.
  ///
  /// - Precondition: the range is not empty, and its nodes take nothing else from in front of it.
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

  /// All nodes from one on, as `part` gives them.
  public func part(_ range: PartialRangeFrom<Int>) throws(NeuralError) -> Network {
    try part(range.lowerBound..<nodes.count)
  }
}

/// Lines nodes up, each behind the one before unless said otherwise.
struct NetworkBuilder {
  private(set) var nodes: [Network.Node] = []
  private(set) var blocks: [Int] = []

  /// The place of the last node; -1, the network's input, before there is any.
  var last: Int { nodes.count - 1 }

  /// Says that a block begins with the next node.
  mutating func beginBlock() { blocks.append(nodes.count) }

  /// Adds a layer, behind the last node or another one.
  mutating func add(_ name: String, _ layer: any Layer, behind node: Int? = nil) {
    nodes.append(Network.Node(name: name, operation: .layer(layer), inputs: [node ?? last]))
  }

  /// Adds layers named as PyTorch's `nn.Sequential` names them.
  mutating func add(_ name: String, sequence layers: [any Layer]) {
    for (index, layer) in layers.enumerated() { add("\(name).\(index)", layer) }
  }

  /// Adds the last node's output to that of an earlier one.
  mutating func addSum(_ name: String, with other: Int) {
    nodes.append(Network.Node(name: name, operation: .sum, inputs: [last, other]))
  }

  /// Joins the channels of some nodes.
  mutating func addConcatenation(_ name: String, of inputs: [Int]) {
    nodes.append(Network.Node(name: name, operation: .concatenation, inputs: inputs))
  }

  /// The network of what was added.
  func network(input: Shape) throws(NeuralError) -> Network {
    try Network(input: input, nodes: nodes, blocks: blocks)
  }
}
