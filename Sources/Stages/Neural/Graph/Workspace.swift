/// The memory in which a network runs: activations of every node, two gradient buffers in turn, and
/// scratch for each thread.
///
/// Not for use by two threads at once; what it computes does not depend on its number of threads.
public final class Workspace {
  /// The network.
  public let network: Network
  /// Samples a pass at most.
  public let capacity: Int
  let pool: TilePool
  private let input: FloatBuffer
  /// Where each node's output lies; nodes that work in place share their predecessor's.
  private let outputs: [FloatBuffer]
  private let saved: [FloatBuffer]
  private let scratch: FloatBuffer
  private let scratchStride: Int
  /// Made by the first backward pass, as prediction has no need of them.
  private var gradients: (FloatBuffer, FloatBuffer)?

  /// Memory for passes over up to `capacity` samples on up to `threads` threads.
  public init(_ network: Network, capacity: Int, threads: Int) {
    precondition(capacity > 0, "a workspace for no samples")
    (self.network, self.capacity) = (network, capacity)
    pool = TilePool(threads: threads)
    input = FloatBuffer(count: capacity * network.input.count)
    var outputs: [FloatBuffer] = []
    for index in network.nodes.indices {
      outputs.append(
        network.sharesMemory(index)
          ? outputs[index - 1] : FloatBuffer(count: capacity * network.shapes[index].count))
    }
    self.outputs = outputs
    let nodes = network.nodes
    saved = nodes.indices.map {
      FloatBuffer(
        count: nodes[$0].layer.savedCount(network.inputShape($0), capacity: capacity))
    }
    // Threads' scratch areas begin on cache lines of their own.
    let needed = nodes.indices.map { nodes[$0].layer.scratchCount(network.inputShape($0)) }
    scratchStride = ((needed.max() ?? 0) + 15) / 16 * 16
    scratch = FloatBuffer(count: scratchStride * pool.threads)
  }

  /// A node's output for the first `count` samples of the last pass.
  func output(_ node: Int, count: Int) -> UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(
      start: outputs[node].start, count: count * network.shapes[node].count)
  }

  /// Runs all nodes on `count` samples and gives the output of the last, count x classes.
  ///
  /// Nodes in front of `cut` run as in evaluation. Training moves the weights' statistics.
  func forward(
    _ weights: inout Weights, _ samples: [Float], count: Int, mode: PassMode, cut: Int = 0
  ) -> [Float] {
    precondition(count <= capacity && samples.count == count * network.input.count)
    input.start.update(from: samples, count: samples.count)
    weights.parameters.withUnsafeBufferPointer { parameters in
      weights.statistics.withUnsafeMutableBufferPointer { statistics in
        for node in network.nodes.indices {
          network.nodes[node].layer.forward(
            pass(
              node, count, node < cut ? .evaluation : mode, parameters.baseAddress,
              statistics.baseAddress))
        }
      }
    }
    return Array(output(network.nodes.count - 1, count: count))
  }

  /// Runs nodes from the last back to `cut`, given the gradient of the last one's output.
  ///
  /// Adds nothing up: `parameterGradient`, as long as the weights' parameters, gets the gradients of
  /// the nodes passed. Without it, the result is the gradient of the output of node `cut - 1`; with
  /// it, or for a cut of 0, nobody asks for that and the result is empty.
  func backward(
    _ weights: Weights, from gradient: [Float], count: Int, mode: PassMode, to cut: Int,
    parameterGradient: UnsafeMutablePointer<Float>?
  ) -> UnsafeMutableBufferPointer<Float> {
    let wantsInput = cut > 0 && parameterGradient == nil
    let largest = network.shapes.map(\.count).max() ?? 0
    let pair =
      gradients ?? (FloatBuffer(count: capacity * largest), FloatBuffer(count: capacity * largest))
    gradients = pair
    var (current, other) = (pair.0.start, pair.1.start)
    current.update(from: gradient, count: gradient.count)
    var statistics = weights.statistics
    weights.parameters.withUnsafeBufferPointer { parameters in
      statistics.withUnsafeMutableBufferPointer { statistics in
        for node in network.nodes.indices.reversed() where node >= cut {
          let isEnd = node == cut && !wantsInput
          let inPlace = network.sharesMemory(node)
          let start = network.table.starts[node].parameter
          network.nodes[node].layer.backward(
            pass(node, count, mode, parameters.baseAddress, statistics.baseAddress),
            LayerGradients(
              output: current, input: isEnd ? nil : inPlace ? current : other,
              parameters: parameterGradient.map { $0 + start }))
          if !inPlace { swap(&current, &other) }
        }
      }
    }
    let length = wantsInput ? count * network.shapes[cut - 1].count : 0
    return UnsafeMutableBufferPointer(start: current, count: length)
  }

  private func pass(
    _ node: Int, _ count: Int, _ mode: PassMode, _ parameters: UnsafePointer<Float>?,
    _ statistics: UnsafeMutablePointer<Float>?
  ) -> LayerPass {
    let start = network.table.starts[node]
    // An empty buffer may have no address; a layer without tensors never looks.
    return LayerPass(
      pool: pool, mode: mode, node: node, count: count, inputShape: network.inputShape(node),
      outputShape: network.shapes[node],
      input: node == 0 ? input.start : outputs[node - 1].start, output: outputs[node].start,
      parameters: parameters.map { $0 + start.parameter } ?? UnsafePointer(scratch.start),
      statistics: statistics.map { $0 + start.statistic } ?? scratch.start,
      saved: saved[node].start, scratch: scratch.start, scratchStride: scratchStride)
  }
}

extension Network {
  /// Whether a node's output replaces its input.
  func sharesMemory(_ node: Int) -> Bool {
    node > 0 && nodes[node].layer.worksInPlace && !nodes[node - 1].layer.backwardReadsOutput
  }
}

/// Zeroed floats at a fixed address on a cache line.
final class FloatBuffer {
  let start: UnsafeMutablePointer<Float>
  private let raw: UnsafeMutableRawPointer

  init(count: Int) {
    let room = max(count, 16)
    raw = .allocate(byteCount: room * MemoryLayout<Float>.stride, alignment: 64)
    start = raw.bindMemory(to: Float.self, capacity: room)
    start.initialize(repeating: 0, count: room)
  }

  deinit { raw.deallocate() }
}
