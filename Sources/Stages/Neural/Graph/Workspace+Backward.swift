extension Workspace {
  /// Runs nodes from the last back, given the gradient of the last one's output.
  ///
  /// `parameterGradient`, as long as the weights' parameters, gets the gradients of the nodes passed;
  /// nothing is added up. `wanted` is a node (-1 for the network's input) whose output's gradient is
  /// the result; no node in front of it is passed. Without it all are, and the result is empty.
  ///
  /// - Precondition: the workspace is for gradients, and its last pass was forward on these samples.
  func backward(
    _ weights: Weights, from gradient: [Float], count: Int, mode: PassMode,
    parameterGradient: UnsafeMutablePointer<Float>? = nil, wanted: Int? = nil
  ) -> [Float] {
    precondition(keepsAll, "a workspace for inference keeps no activations")
    let last = network.nodes.count - 1
    var pending = PendingGradients(self, count: count, from: wanted ?? 0)
    pending.start(last, gradient)
    var statistics = weights.statistics
    weights.parameters.withUnsafeBufferPointer { parameters in
      statistics.withUnsafeMutableBufferPointer { statistics in
        for node in (((wanted ?? -1) + 1)...last).reversed() {
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
            let target = pending.target(input, own, inPlace: layer.worksInPlace)
            let start = network.table.starts[node].parameter
            layer.backward(
              pass(node, count, mode, parameters.baseAddress, statistics.baseAddress),
              LayerGradients(
                output: own.start, input: target?.start,
                parameters: parameterGradient.map { $0 + start }))
            if let target { pending.add(target, to: input) }
          }
          pending.release(own)
        }
      }
    }
    return pending.finish(wanted)
  }
}

/// The gradients of outputs on the way back: each is complete once all nodes that took it are passed.
private struct PendingGradients {
  private let workspace: Workspace
  private let count: Int
  /// The first node whose output's gradient anybody wants.
  private let first: Int
  /// By node, from -1 on.
  private var buffers: [Int: FloatBuffer] = [:]
  /// How many nodes, the one being passed among them, hold each buffer.
  private var holders: [ObjectIdentifier: Int] = [:]

  init(_ workspace: Workspace, count: Int, from first: Int) {
    (self.workspace, self.count, self.first) = (workspace, count, first)
  }

  mutating func start(_ node: Int, _ gradient: [Float]) {
    let buffer = lend(gradient.count)
    buffer.start.update(from: gradient, count: gradient.count)
    buffers[node] = buffer
  }

  /// The gradient of a node's output; the caller holds it until it releases it.
  mutating func take(_ node: Int) -> FloatBuffer? { buffers.removeValue(forKey: node) }

  /// Makes the gradient of a node that of the one in front of it, which alone it takes.
  mutating func hand(_ own: FloatBuffer, to node: Int) { buffers[node] = own }

  /// Where a layer may write the gradient of its input; `nil` where nobody wants it.
  mutating func target(_ input: Int, _ own: FloatBuffer, inPlace: Bool) -> FloatBuffer? {
    guard input >= first else { return nil }
    if inPlace, holders[ObjectIdentifier(own)] == 1 {
      holders[ObjectIdentifier(own)] = 2
      return own
    }
    return lend(size(input))
  }

  /// Hands on a gradient that goes to several inputs alike.
  mutating func share(_ own: FloatBuffer, with inputs: [Int]) {
    for input in inputs where input >= first {
      holders[ObjectIdentifier(own), default: 0] += 1
      guard buffers[input] != nil else {
        buffers[input] = own
        continue
      }
      // The buffer there may be another's too, so the sum gets one of its own.
      let copy = lend(size(input))
      copy.start.update(from: own.start, count: size(input))
      release(own)
      add(copy, to: input)
    }
  }

  /// Hands on the parts of a concatenation's gradient, each to the input that gave its channels.
  mutating func divide(_ own: FloatBuffer, of node: Int) {
    let (gradient, shape) = (own.start, workspace.network.shapes[node])
    var start = 0
    for (input, width) in workspace.network.channelsOfInputs(node) {
      defer { start += width }
      guard input >= first else { continue }
      let part = lend(size(input))
      let (target, source) = (part.start, gradient + start)
      workspace.pool.run(count * shape.positions, by: max(1, 16_384 / width)) { rows, _ in
        for row in rows {
          (target + row * width).update(from: source + row * shape.channels, count: width)
        }
      }
      add(part, to: input)
    }
  }

  /// Adds a gradient, which nobody else holds where there is one already, to that of an output.
  mutating func add(_ buffer: FloatBuffer, to node: Int) {
    if let other = buffers[node] {
      let (sum, part) = (buffer.start, other.start)
      workspace.pool.run(size(node), by: 16_384) { range, _ in
        for index in range { sum[index] += part[index] }
      }
      release(other)
    }
    buffers[node] = buffer
  }

  mutating func release(_ buffer: FloatBuffer) {
    let left = (holders[ObjectIdentifier(buffer)] ?? 0) - 1
    holders[ObjectIdentifier(buffer)] = left
    if left == 0 { workspace.gradients.give(buffer) }
  }

  /// The gradient that was wanted; every buffer goes back.
  mutating func finish(_ wanted: Int?) -> [Float] {
    defer { for (_, buffer) in buffers.sorted(by: { $0.key < $1.key }) { release(buffer) } }
    guard let wanted, let buffer = buffers[wanted] else { return [] }
    return Array(UnsafeBufferPointer(start: buffer.start, count: size(wanted)))
  }

  private mutating func lend(_ length: Int) -> FloatBuffer {
    let buffer = workspace.gradients.take(length)
    holders[ObjectIdentifier(buffer)] = 1
    return buffer
  }

  private func size(_ node: Int) -> Int {
    count * (node < 0 ? workspace.network.input.count : workspace.network.shapes[node].count)
  }
}
