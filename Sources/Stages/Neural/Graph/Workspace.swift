/// The memory in which a network runs: activations, gradients, and scratch for each thread.
///
/// It must not be used by two threads at once. Its results do not depend on its number of threads.
public final class Workspace {
  /// What a workspace is for.
  public enum Purpose: Sendable {
    /// Forward only: memory is reused as soon as no later node reads it.
    case inference
    /// The same with prepared weights: chains of convolutions run some rows at a time.
    case preparedInference
    /// Forward and backward: activations are kept, or recomputed where that is cheap.
    case gradients
  }

  /// The network.
  public let network: Network
  /// The maximum number of samples per pass.
  public let capacity: Int
  let pool: TilePool
  let purpose: Purpose
  /// The fusion of each node with the nodes after it.
  let fusions: [Fusion]
  let input: FloatBuffer
  private let plan: MemoryPlan
  private let outputs: [FloatBuffer]
  private let saved: [FloatBuffer]
  private let partial: FloatBuffer
  private let scratch: FloatBuffer
  /// The chains of an inference, by their first node.
  private let chains: [Int: SeparableChain]
  private let scratchStride: Int
  /// The first node, if this network is a part of the one to which weights belong.
  private let origin: Int
  var gradients = BufferPool()

  /// Allocates memory for passes over up to `capacity` samples on up to `threads` threads.
  public convenience init(
    _ network: Network, capacity: Int, threads: Int, for purpose: Purpose = .gradients
  ) {
    self.init(network, capacity: capacity, pool: TilePool(threads: threads), for: purpose)
  }

  /// The same on the threads of a pool; `origin` is the first node, if the network is a part of the
  /// one to which weights belong.
  init(
    _ network: Network, capacity: Int, pool: TilePool, for purpose: Purpose, origin: Int = 0
  ) {
    precondition(capacity > 0, "a workspace needs a capacity of at least 1")
    (self.network, self.capacity, self.origin) = (network, capacity, origin)
    self.pool = pool
    self.purpose = purpose
    let keepsAll = purpose == .gradients
    fusions = network.fusions(keepsAll: keepsAll)
    input = FloatBuffer(count: capacity * network.input.count)
    let chains =
      purpose == .preparedInference
      ? network.separableChains(capacity: capacity, threads: pool.threads) : []
    self.chains = Dictionary(uniqueKeysWithValues: chains.map { ($0.first, $0) })
    plan = MemoryPlan(network, keepsAll: keepsAll, chains: chains)
    outputs = plan.sizes.map { FloatBuffer(count: capacity * $0) }
    let nodes = network.nodes
    saved = nodes.indices.map {
      FloatBuffer(
        count: nodes[$0].layer?.savedCount(network.inputShape($0), capacity: capacity) ?? 0)
    }
    let partials = nodes.indices.map {
      nodes[$0].layer?.partialCount(
        network.inputShape($0), capacity: capacity, forGradients: keepsAll) ?? 0
    }
    partial = FloatBuffer(count: partials.max() ?? 0)
    // Each thread's scratch area begins on its own cache line.
    let needed =
      nodes.indices.map { nodes[$0].layer?.scratchCount(network.inputShape($0)) ?? 0 }
      + chains.map { $0.scratchCount(network) }
    scratchStride = ((needed.max() ?? 0) + 15) / 16 * 16
    scratch = FloatBuffer(count: scratchStride * pool.threads)
  }

  /// A node's output for the first `count` samples of the last pass; -1 is the network's input.
  ///
  /// With `.inference` only the last node's output is guaranteed to be intact.
  func output(_ node: Int, count: Int) -> [Float] {
    let shape = node < 0 ? network.input : network.shapes[node]
    recompute(node, count)
    return Rows(start: activations(node), stride: stride(node))
      .gathered(rows: count * shape.positions, columns: shape.channels)
  }

  /// Recomputes a node's output of the last pass, if its memory was not reserved for it.
  func recompute(_ node: Int, _ count: Int) {
    guard let source = plan.recomputed[node] else { return }
    network.nodes[source].layer?.recompute(
      pass(source, count, .evaluation, .plain(parameters: nil, statistics: nil)))
  }

  func activations(_ node: Int) -> UnsafeMutablePointer<Float> {
    guard node >= 0 else { return input.start }
    let place = plan.places[node]
    return outputs[place.buffer].start + place.offset
  }

  /// The distance between the positions of a node's output, in floats.
  private func stride(_ node: Int) -> Int {
    node < 0 ? network.input.channels : plan.places[node].stride
  }

  /// Runs all nodes on `count` samples and returns the output of the last, count x classes.
  ///
  /// Training updates the statistics in `weights`.
  func forward(
    _ weights: inout Weights, _ samples: [Float], count: Int, mode: PassMode
  ) -> [Float] {
    precondition(samples.count == count * network.input.count)
    fill(samples)
    run(&weights, count: count, mode: mode)
    return output(network.nodes.count - 1, count: count)
  }

  /// The same in evaluation mode with prepared weights.
  func forward(_ prepared: PreparedWeights, _ samples: [Float], count: Int) -> [Float] {
    precondition(samples.count == count * network.input.count)
    fill(samples)
    run(.prepared(prepared), count, .evaluation)
    return output(network.nodes.count - 1, count: count)
  }

  /// Copies samples into the input buffer.
  func fill(_ samples: [Float]) {
    precondition(samples.count <= capacity * network.input.count)
    input.start.update(from: samples, count: samples.count)
  }

  /// Runs all nodes on the first `count` samples of the input buffer.
  func run(_ weights: inout Weights, count: Int, mode: PassMode) {
    weights.parameters.withUnsafeBufferPointer { parameters in
      weights.statistics.withUnsafeMutableBufferPointer { statistics in
        run(
          .plain(parameters: parameters.baseAddress, statistics: statistics.baseAddress), count,
          mode)
      }
    }
  }

  /// The same; the weights may be those of a network of which this is a part, if they are prepared.
  func run(_ weights: PassWeights, _ count: Int, _ mode: PassMode) {
    precondition(count <= capacity)
    if case .plain = weights { precondition(chains.isEmpty, "chains need prepared weights") }
    pool.whileAwake {
      var index = 0
      while index < network.nodes.count {
        func own(_ node: Int) -> LayerPass { pass(node, count, mode, weights) }
        if let chain = chains[index] {
          chain.forward(
            SeparableChain.Passes(
              expansion: chain.expansion.map { own($0.node) }, depthwise: own(chain.depthwise.node),
              projection: own(chain.projection.node)), network)
          index = chain.projection.node + fusions[chain.projection.node].nodes
          continue
        }
        switch network.nodes[index].operation {
        case .layer(let layer): layer.forward(own(index))
        case .sum: sum(index, count)
        case .concatenation: concatenate(index, count)
        }
        index += fusions[index].nodes
      }
    }
  }

  private func sum(_ node: Int, _ count: Int) {
    let inputs = network.nodes[node].inputs.map(activations)
    let (left, right, result) = (inputs[0], inputs[1], activations(node))
    let epilogue = fusions[node].activation.map { Epilogue(floor: 0, ceiling: $0.ceiling) }
    let (floor, ceiling) = (epilogue ?? Epilogue()).bounds
    pool.run(count * network.shapes[node].count, by: 16_384) { range, _ in
      for index in range { result[index] = min(max(left[index] + right[index], floor), ceiling) }
    }
  }

  private func concatenate(_ node: Int, _ count: Int) {
    let (result, shape) = (activations(node), network.shapes[node])
    var start = 0
    for (input, width) in network.channelsOfInputs(node) {
      let (source, target) = (activations(input), result + start)
      start += width
      // Already written in place.
      if source == target { continue }
      let (from, to) = (stride(input), stride(node))
      pool.run(count * shape.positions, by: max(1, 16_384 / width)) { rows, _ in
        for row in rows { (target + row * to).update(from: source + row * from, count: width) }
      }
    }
  }

  func pass(
    _ node: Int, _ count: Int, _ mode: PassMode, _ weights: PassWeights
  ) -> LayerPass {
    LayerPass(
      pool: pool, mode: mode, node: node, count: count, inputShape: network.inputShape(node),
      outputShape: network.shapes[node], input: activations(network.nodes[node].inputs[0]),
      inputStride: stride(network.nodes[node].inputs[0]), output: activations(node),
      outputStride: stride(node),
      values: values(of: node, weights),
      residual: fusions[node].residual.map { UnsafePointer(activations($0)) },
      activation: fusions[node].activation,
      saved: saved[node].start, partial: partial.start, scratch: scratch.start,
      scratchStride: scratchStride)
  }

  private func values(of node: Int, _ weights: PassWeights) -> LayerValues {
    switch weights {
    case .prepared(let prepared): return prepared.values(of: origin + node)
    case .plain(let parameters, let statistics):
      let start = network.table.starts[node]
      // A layer without tensors never reads an empty buffer, which may have no address.
      return LayerValues(
        parameters: parameters.map { $0 + start.parameter } ?? UnsafePointer(scratch.start),
        statistics: statistics.map { $0 + start.statistic } ?? scratch.start)
    }
  }
}
