/// A network that computes the same outputs in evaluation mode as another, with each batch norm and
/// ReLU folded into the convolution before it.
///
/// A convolution's kernel is scaled by gamma / sqrt(variance + epsilon), and its bias absorbs the
/// rest (Jacob et al. 2018, section 3.2). Values are computed for one node at a time, so that a
/// large network is not held twice.
struct FoldedNetwork {
  let network: Network
  private let tensors: [String: Tensor]
  /// The batch norms that nodes absorbed, with their names.
  private let norms: [Int: (layer: BatchNorm, name: String)]

  /// Folds a network; `fitting` has a tensor for each entry of its table, in their order.
  init(_ network: Network, fitting: [Tensor]) throws(NeuralError) {
    let names = network.table.entries.map(\.name)
    tensors = Dictionary(zip(names, fitting)) { first, _ in first }
    var folding = Folding(network)
    for index in network.nodes.indices { folding.take(index) }
    self.network = try Network(input: network.input, nodes: folding.nodes)
    norms = folding.norms
  }

  /// The weights of all nodes together.
  var weights: Weights {
    var weights = Weights(zeros: network.table)
    for node in network.nodes.indices { weights.set(values(of: node, nil), of: node) }
    return weights
  }

  /// The weights of a node.
  func values(of node: Int, _ pool: TilePool?) -> NodeWeights {
    let (name, norm) = (network.nodes[node].name, norms[node].map(scaling))
    var values = NodeWeights()
    for declaration in network.nodes[node].layer?.tensors ?? [] {
      let own = tensors["\(name).\(declaration.name)"]?.values ?? []
      if declaration.isStatistic {
        values.statistics.append(own)
      } else if let order = KernelOrder(shape: declaration.shape) {
        values.parameters.append(order.fromFile(own, scale: norm?.scale, pool))
      } else {
        values.parameters.append(norm?.bias(own) ?? own)
      }
    }
    return values
  }

  /// A batch norm as a factor and a bias for each channel.
  private struct Scaling {
    let scale: [Double]
    let shift: [Float]
    let mean: [Float]

    /// The bias of a convolution after folding; without one before, `own` is empty.
    func bias(_ own: [Float]) -> [Float] {
      scale.indices.map { index in
        let offset = Double(own.isEmpty ? 0 : own[index]) - Double(mean[index])
        return Float(Double(shift[index]) + offset * scale[index])
      }
    }
  }

  private func scaling(_ norm: BatchNorm, _ name: String) -> Scaling {
    func values(_ tensor: String) -> [Float] { tensors["\(name).\(tensor)"]?.values ?? [] }
    let (gain, variance) = (values("weight"), values("running_var"))
    return Scaling(
      scale: gain.indices.map {
        Double(gain[$0]) * Double(norm.inverseDeviation(Double(variance[$0])))
      },
      shift: values("bias"), mean: values("running_mean"))
  }
}

extension Network {
  /// The network with batch norms and ReLUs folded.
  func folded(_ weights: Weights) throws(NeuralError) -> FoldedNetwork {
    try FoldedNetwork(self, fitting: weights.tensors)
  }
}

/// Builds the folded network node by node.
private struct Folding {
  private let network: Network
  private(set) var nodes: [Network.Node] = []
  private(set) var norms: [Int: (layer: BatchNorm, name: String)] = [:]
  /// For each node of the network, the node of the new network that computes its output.
  private var places: [Int: Int] = [-1: -1]

  init(_ network: Network) { self.network = network }

  mutating func take(_ index: Int) {
    let node = network.nodes[index]
    let before = node.inputs[0]
    let follows = before >= 0 && network.consumers[before] == 1 && places[before] == nodes.count - 1
    if follows, let norm = node.layer as? BatchNorm, fold(norm, node.name) {
      places[index] = nodes.count - 1
      return
    }
    if follows, let relu = node.layer as? ReLU, fold(relu) {
      places[index] = nodes.count - 1
      return
    }
    places[index] = nodes.count
    nodes.append(
      Network.Node(
        name: node.name, operation: node.operation, inputs: node.inputs.map { places[$0] ?? -1 }))
  }

  /// Folds a batch norm into the convolution before it, if there is one without an epilogue.
  private mutating func fold(_ norm: BatchNorm, _ name: String) -> Bool {
    guard let layer = nodes.last?.layer as? any Foldable, layer.epilogue == nil else {
      return false
    }
    norms[nodes.count - 1] = (norm, name)
    replaceLast(layer, Epilogue())
    return true
  }

  /// Folds a ReLU into the convolution before it, if that has a bias, its own or a folded one.
  private mutating func fold(_ relu: ReLU) -> Bool {
    guard let layer = nodes.last?.layer as? any Foldable,
      layer.epilogue == Epilogue() || (layer.hasBias && layer.epilogue == nil)
    else { return false }
    replaceLast(layer, Epilogue(floor: 0, ceiling: relu.ceiling))
    return true
  }

  private mutating func replaceLast(_ layer: any Foldable, _ epilogue: Epilogue) {
    var layer = layer
    layer.epilogue = epilogue
    let node = nodes.removeLast()
    nodes.append(Network.Node(name: node.name, operation: .layer(layer), inputs: node.inputs))
  }
}
