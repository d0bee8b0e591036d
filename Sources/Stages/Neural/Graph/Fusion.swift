/// The work of the following nodes that a node's kernel does along with its own.
struct Fusion: Sendable {
  /// The node whose output is added.
  var residual: Int?
  /// The activation applied to the result.
  var activation: ReLU?
  /// The number of fused nodes, including the node itself.
  var nodes = 1
}

extension Network {
  /// The possible fusion of each node.
  ///
  /// Nodes are fused only if no other node reads the intermediate results and the fused nodes write
  /// to the same memory anyway.
  func fusions(keepsAll: Bool) -> [Fusion] {
    nodes.indices.map { fusion($0, keepsAll: keepsAll) }
  }

  private func fusion(_ index: Int, keepsAll: Bool) -> Fusion {
    var fusion = Fusion()
    func follows(_ next: Int) -> Bool {
      next < nodes.count && nodes[next].inputs[0] == next - 1
        && worksInPlace(next, keepsAll: keepsAll)
    }
    let next = index + 1
    if nodes[index].layer?.addsResidual == true, follows(next),
      case .sum = nodes[next].operation, nodes[next].inputs[1] < index
    {
      fusion.residual = nodes[next].inputs[1]
      fusion.nodes += 1
    }
    var takesActivation = nodes[index].layer?.takesActivation ?? false
    if case .sum = nodes[index].operation { takesActivation = true }
    let last = index + fusion.nodes
    if takesActivation, follows(last), let relu = nodes[last].layer as? ReLU {
      fusion.activation = relu
      fusion.nodes += 1
    }
    return fusion
  }
}
