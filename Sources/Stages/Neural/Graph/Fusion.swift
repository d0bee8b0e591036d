/// What a node's kernel does in one go with its own work, in place of nodes behind it.
struct Fusion: Sendable {
  /// The node whose output is added.
  var residual: Int?
  /// What cuts the result off.
  var activation: ReLU?
  /// How many nodes that makes.
  var nodes = 1
}

extension Network {
  /// What may be done with each node: only where nobody else reads what lies between, and the nodes
  /// joined write to the same memory anyway.
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
