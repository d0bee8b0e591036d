/// Weights in the layouts that forward kernels need, prepared once for many passes.
///
/// They are valid only for passes with the weights from which they were made.
// Sendable because nothing writes to the buffer after `init`.
final class PreparedWeights: @unchecked Sendable {
  private let buffer: FloatBuffer
  /// The start of each node's weights, followed by the end of the last.
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

  /// The prepared weights of a node, if it has any.
  func start(_ node: Int) -> UnsafePointer<Float>? {
    starts[node + 1] > starts[node] ? UnsafePointer(buffer.start + starts[node]) : nil
  }
}
