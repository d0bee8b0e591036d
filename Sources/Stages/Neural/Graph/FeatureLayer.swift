/// A layer before the head of a network, whose output is a map over the positions of an image.
public struct FeatureLayer: Sendable, Hashable {
  /// The name of the layer or of the module that contains it.
  public let name: String
  /// The number of columns of the map.
  public let width: Int
  /// The number of rows of the map.
  public let height: Int
  /// The node that outputs the map.
  let node: Int
}

extension Network {
  /// The layer with a name: a node before the head, or a module such as `layer3.5` or
  /// `features.18`, whose last layer other than pooling counts.
  ///
  /// Its map is the output after what directly follows: batch norm, residual sum and ReLU. Without
  /// a name it is the last convolution. Throws an error that lists the outputs of all blocks if no
  /// layer has the name, or only layers without a map, such as pooling and dense layers.
  public func featureLayer(_ name: String?) throws(NeuralError) -> FeatureLayer {
    guard let name else { return featureLayer(lastActivations, nodes[lastActivations].name) }
    guard let node = lastNode(of: name) else {
      let known = blockOutputs.map { "\($0.name) (\($0.width) x \($0.height))" }
      throw NeuralError(
        "no layer '\(name)' has a feature map; these blocks have one, and so have the layers in "
          + "them: " + known.joined(separator: ", "))
    }
    return featureLayer(node, name)
  }

  /// The output of each convolutional block, before any pooling, by the shortest name of its own.
  public var blockOutputs: [FeatureLayer] {
    blocks.indices.compactMap { index in
      let end = index + 1 < blocks.count ? blocks[index + 1] : head
      let block = blocks[index]..<end
      guard let last = block.last(where: { !isPooling($0) }) else { return nil }
      let parts = nodes[last].name.split(separator: ".")
      let names = parts.indices.map { parts[...$0].joined(separator: ".") }
      let own = names.first { name in
        nodes.indices.allSatisfy { block.contains($0) || !isPart($0, of: name) }
          && lastNode(of: name) == outcome(last)
      }
      return featureLayer(outcome(last), own ?? nodes[last].name)
    }
  }

  private func featureLayer(_ node: Int, _ name: String) -> FeatureLayer {
    FeatureLayer(name: name, width: shapes[node].width, height: shapes[node].height, node: node)
  }

  /// The node that outputs the map of a layer or module.
  private func lastNode(of name: String) -> Int? {
    nodes[..<head].indices.last { isPart($0, of: name) && !isPooling($0) }.map(outcome)
  }

  private func isPart(_ node: Int, of name: String) -> Bool {
    nodes[node].name == name || nodes[node].name.hasPrefix(name + ".")
  }

  private func isPooling(_ node: Int) -> Bool {
    nodes[node].layer is MaxPool || nodes[node].layer is AveragePool
  }

  /// The last of the nodes that directly follow a node and keep its positions and channels.
  ///
  /// A ReLU or sum may overwrite its input in memory; nothing overwrites the output of this node.
  private func outcome(_ node: Int) -> Int {
    guard consumers[node] == 1,
      let next = nodes[..<head].indices.first(where: { nodes[$0].inputs.contains(node) })
    else { return node }
    if case .sum = nodes[next].operation { return outcome(next) }
    let layer = nodes[next].layer
    return layer is BatchNorm || layer is ReLU ? outcome(next) : node
  }
}
