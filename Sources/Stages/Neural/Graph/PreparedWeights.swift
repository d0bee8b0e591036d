/// Weights as forward kernels want them, made once for many passes.
///
/// They only serve passes with the weights that they were made of.
// Sendable as nobody writes to the buffer after `init`.
final class PreparedWeights: @unchecked Sendable {
  private let buffer: FloatBuffer
  /// Where each node's begin, and one behind the last.
  private let starts: [Int]

  init(_ network: Network, _ weights: Weights, threads: Int) {
    var starts = [0]
    for index in network.nodes.indices {
      let count = network.nodes[index].layer?.preparedCount(network.inputShape(index)) ?? 0
      starts.append(starts[index] + (count + 15) / 16 * 16)
    }
    buffer = FloatBuffer(count: starts[network.nodes.count])
    self.starts = starts
    let pool = TilePool(threads: threads)
    weights.parameters.withUnsafeBufferPointer { parameters in
      guard let base = parameters.baseAddress else { return }
      for (index, node) in network.nodes.enumerated() where starts[index + 1] > starts[index] {
        node.layer?.prepare(
          base + network.table.starts[index].parameter, network.inputShape(index), pool,
          into: buffer.start + starts[index])
      }
    }
  }

  /// Those of a node, if it has any.
  func start(_ node: Int) -> UnsafePointer<Float>? {
    starts[node + 1] > starts[node] ? UnsafePointer(buffer.start + starts[node]) : nil
  }
}
