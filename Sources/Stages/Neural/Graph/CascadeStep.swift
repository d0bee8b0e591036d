/// One step of the randomisation of a network from the top: all learned values from a node to the
/// output are drawn again.
public struct CascadeStep: Sendable, Hashable {
  /// The name of the lowest layer that the step redraws and the one before it does not.
  public let name: String
  /// The node from which values are redrawn.
  let node: Int
}

extension Network {
  /// The steps of a randomisation from the top (Adebayo and others 2018, section 4.1).
  ///
  /// First each layer of the head, last first, then each convolutional block, then what comes
  /// before the blocks.
  /// The last step redraws all learned values.
  public var cascade: [CascadeStep] {
    func isLearned(_ node: Int) -> Bool { nodes[node].layer?.tensors.isEmpty == false }
    let starts = (head..<nodes.count).reversed().filter(isLearned) + blocks.reversed() + [0]
    var steps: [CascadeStep] = []
    var end = nodes.count
    for start in starts where start < end {
      guard let lowest = (start..<end).first(where: isLearned) else { continue }
      steps.append(CascadeStep(name: nodes[lowest].name, node: start))
      end = start
    }
    return steps
  }
}

extension Weights {
  /// The weights with those of all nodes from a given one on drawn again, as initial weights are.
  func redrawn(_ network: Network, from node: Int, seed: UInt64) -> Weights {
    let fresh = Weights(network, seed: seed)
    let start = table.starts[node]
    var redrawn = self
    redrawn.parameters.replaceSubrange(
      start.parameter..., with: fresh.parameters[start.parameter...])
    redrawn.statistics.replaceSubrange(
      start.statistic..., with: fresh.statistics[start.statistic...])
    return redrawn
  }
}
