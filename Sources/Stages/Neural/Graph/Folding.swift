extension Network {
  /// Returns a network and weights that compute the same outputs in evaluation mode, with each
  /// batch norm and ReLU folded into the convolution before it.
  ///
  /// A convolution's kernel is scaled by gamma / sqrt(variance + epsilon), and its bias absorbs the
  /// rest (Jacob et al. 2018, section 3.2).
  func folded(_ weights: Weights) throws(NeuralError) -> (network: Network, weights: Weights) {
    var folding = Folding(self, weights)
    for index in nodes.indices { folding.take(index) }
    let network = try Network(input: input, nodes: folding.nodes)
    return (network, try Weights(network, tensors: folding.tensors))
  }
}

/// Builds the folded network node by node.
private struct Folding {
  private let network: Network
  private let tensorsByName: [String: Tensor]
  private(set) var nodes: [Network.Node] = []
  private(set) var tensors: [Tensor] = []
  /// For each node of the network, the node of the new network that computes its output.
  private var places: [Int: Int] = [-1: -1]

  init(_ network: Network, _ weights: Weights) {
    self.network = network
    tensorsByName = Dictionary(weights.tensors.map { ($0.name, $0) }) { first, _ in first }
  }

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
    for tensor in node.layer?.tensors ?? [] {
      if let found = tensorsByName["\(node.name).\(tensor.name)"] { tensors.append(found) }
    }
    places[index] = nodes.count
    nodes.append(
      Network.Node(
        name: node.name, operation: node.operation, inputs: node.inputs.map { places[$0] ?? -1 }))
  }

  /// Folds a batch norm into the convolution before it, if there is one without an epilogue.
  private mutating func fold(_ norm: BatchNorm, _ name: String) -> Bool {
    guard let last = nodes.last, let layer = last.layer as? any Foldable, layer.epilogue == nil,
      let kernel = tensors.last(where: { $0.name == "\(last.name).weight" })
    else { return false }
    func values(_ tensor: String) -> [Float] { tensorsByName["\(name).\(tensor)"]?.values ?? [] }
    let (gain, shift) = (values("weight"), values("bias"))
    let (mean, variance) = (values("running_mean"), values("running_var"))
    let scale = gain.indices.map {
      Double(gain[$0]) * Double(norm.inverseDeviation(Double(variance[$0])))
    }
    let bias = tensors.last { $0.name == "\(last.name).bias" }?.values
    let size = kernel.values.count / scale.count
    tensors.removeLast(bias == nil ? 1 : 2)
    tensors.append(
      Tensor(
        name: kernel.name, shape: kernel.shape,
        values: kernel.values.indices.map { Float(Double(kernel.values[$0]) * scale[$0 / size]) }))
    tensors.append(
      Tensor(
        name: "\(last.name).bias", shape: [scale.count],
        values: scale.indices.map { index in
          let offset = Double(bias?[index] ?? 0) - Double(mean[index])
          return Float(Double(shift[index]) + offset * scale[index])
        }))
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
