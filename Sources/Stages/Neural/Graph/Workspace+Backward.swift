extension Workspace {
  /// Runs the nodes backward from the last one, given the gradient of its output.
  ///
  /// `parameterGradient`, as long as the weights' parameters, receives the gradients of the nodes
  /// run; nothing is accumulated. `wanted` is the node (-1 for the network's input) whose output's
  /// gradient is returned; that node and those before it are not run. Without it all nodes are run,
  /// and the result is empty.
  ///
  /// - Precondition: The workspace is for gradients, and its last pass was forward on these
  ///   samples.
  func backward(
    _ weights: Weights, from gradient: [Float], count: Int, mode: PassMode,
    parameterGradient: UnsafeMutablePointer<Float>? = nil, wanted: Int? = nil
  ) -> [Float] {
    var pending = PendingGradients(self, count: count, from: wanted ?? 0)
    pending.start(network.nodes.count - 1, gradient)
    backward(
      weights, &pending, count: count, mode: mode, parameterGradient: parameterGradient,
      wanted: wanted)
    return pending.finish(wanted)
  }

  /// Runs the nodes backward, with the gradient of the last one's output already pending.
  func backward(
    _ weights: Weights, _ pending: inout PendingGradients, count: Int, mode: PassMode,
    parameterGradient: UnsafeMutablePointer<Float>?, wanted: Int?
  ) {
    precondition(purpose == .gradients, "a workspace for inference keeps no activations")
    var statistics = weights.statistics
    weights.parameters.withUnsafeBufferPointer { parameters in
      statistics.withUnsafeMutableBufferPointer { statistics in
        for node in ((wanted ?? -1) + 1..<network.nodes.count).reversed() {
          guard let own = pending.take(node) else { continue }
          if node - 1 != wanted, node > 0, fusions[node - 1].activation != nil,
            network.nodes[node - 1].layer?.passesActivationBack == true
          {
            pending.hand(own, to: node - 1)
            continue
          }
          switch network.nodes[node].operation {
          case .sum: pending.share(own, with: network.nodes[node].inputs)
          case .concatenation: pending.divide(own, of: node)
          case .layer(let layer):
            let input = network.nodes[node].inputs[0]
            let target = pending.target(input, own, layer)
            let start = network.table.starts[node].parameter
            if parameterGradient != nil { recompute(input, count) }
            layer.backward(
              pass(
                node, count, mode,
                .plain(parameters: parameters.baseAddress, statistics: statistics.baseAddress)),
              LayerGradients(
                output: own.start, outputStride: own.stride, input: target?.gradient.start,
                inputStride: target?.gradient.stride ?? 0, addsInput: target?.adds ?? false,
                parameters: parameterGradient.map { $0 + start }))
            if let target, !target.adds { pending.add(target.gradient, to: input) }
          }
          pending.release(own)
        }
      }
    }
  }
}
