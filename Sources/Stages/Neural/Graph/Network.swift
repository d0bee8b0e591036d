/// A chain of layers, built once: forward runs it in order, backward in reverse.
///
/// Freezing is a cut in the list: nodes in front of it run as in evaluation and get no gradient.
public struct Network: Sendable {
  /// One layer in its place.
  struct Node: Sendable {
    /// The name its tensors begin with, as PyTorch's `nn.Sequential` gives it: `features.3`.
    let name: String
    let layer: any Layer
  }

  /// What a sample must be.
  public let input: Shape
  /// What comes out behind each node.
  public let shapes: [Shape]
  /// Where the tensors lie.
  public let table: ParameterTable
  let nodes: [Node]

  /// The number of classes: the channels of the last node.
  public var classes: Int { shapes.last?.channels ?? 0 }

  /// A network of at least one node.
  ///
  /// Throws the first layer that does not fit what comes before it.
  init(input: Shape, nodes: [Node]) throws(NeuralProblem) {
    precondition(!nodes.isEmpty, "a network of no layers")
    var shapes: [Shape] = []
    var shape = input
    for node in nodes {
      guard let next = node.layer.outputShape(shape) else {
        throw NeuralProblem("layer \(node.name) does not fit activations of \(shape)")
      }
      shapes.append(next)
      shape = next
    }
    (self.input, self.nodes, self.shapes) = (input, nodes, shapes)
    table = ParameterTable(nodes)
  }

  /// The shape of what goes into a node.
  func inputShape(_ node: Int) -> Shape { node == 0 ? input : shapes[node - 1] }
}
