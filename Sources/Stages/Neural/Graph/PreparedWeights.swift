/// The weights of a network in the layouts that forward kernels read, prepared once for many passes.
///
/// They hold all that a pass in evaluation mode reads, so the weights from which they were made can be
/// freed.
// Sendable because nothing writes to the buffer after `init`.
final class PreparedWeights: @unchecked Sendable {
  private let buffer: FloatBuffer
  private let places: [Place]

  /// Where the values of a node are in the buffer.
  private struct Place {
    /// Its parameters, converted or as they are.
    let parameters: Int
    let statistics: Int
    /// Whether the layer has a layout of its own.
    let isConverted: Bool
  }

  /// Prepares weights that `values` returns node by node, in ascending order, so that no more than
  /// those of one node are held twice.
  init(_ network: Network, threads: Int, values: (_ node: Int, TilePool) -> NodeWeights) {
    var (places, end) = ([Place](), 0)
    func take(_ count: Int) -> Int {
      defer { end += (count + 15) / 16 * 16 }
      return end
    }
    for (index, node) in network.nodes.enumerated() {
      let converted = node.layer?.preparedCount(network.inputShape(index)) ?? 0
      let entries = network.table.entries(of: index)
      func total(_ isStatistic: Bool) -> Int {
        entries.reduce(0) { $0 + ($1.isStatistic == isStatistic ? $1.count : 0) }
      }
      places.append(
        Place(
          parameters: take(converted > 0 ? converted : total(false)),
          statistics: take(total(true)), isConverted: converted > 0))
    }
    (buffer, self.places) = (FloatBuffer(count: end), places)
    let pool = TilePool(threads: threads)
    for (index, node) in network.nodes.enumerated() where node.layer?.tensors.isEmpty == false {
      let (own, place) = (values(index, pool), places[index])
      let target = buffer.start + place.parameters
      if place.isConverted {
        node.layer?.prepare(own.parameters, network.inputShape(index), pool, into: target)
      } else {
        Self.copy(own.parameters, to: target)
      }
      Self.copy(own.statistics, to: buffer.start + place.statistics)
    }
  }

  private static func copy(_ tensors: [[Float]], to target: UnsafeMutablePointer<Float>) {
    var target = target
    for tensor in tensors {
      tensor.withUnsafeBufferPointer { values in
        if let source = values.baseAddress { target.update(from: source, count: values.count) }
      }
      target += tensor.count
    }
  }

  /// Prepares the weights of a network as they are.
  convenience init(_ network: Network, _ weights: Weights, threads: Int) {
    self.init(network, threads: threads) { node, _ in weights.values(of: node) }
  }

  /// Prepares the weights of a folded network.
  convenience init(_ folded: FoldedNetwork, threads: Int) {
    self.init(folded.network, threads: threads, values: folded.values)
  }

  /// What the layer of a node reads.
  func values(of node: Int) -> LayerValues {
    let place = places[node]
    let parameters = UnsafePointer(buffer.start + place.parameters)
    return LayerValues(
      parameters: parameters, prepared: place.isConverted ? parameters : nil,
      statistics: buffer.start + place.statistics)
  }
}

/// The values of a node's tensors in the layouts of `Weights`, an array for each.
struct NodeWeights {
  var parameters: [[Float]] = []
  var statistics: [[Float]] = []
}

/// The addresses of what a layer reads of its weights.
struct LayerValues {
  /// The layer's own parameters, one tensor after the other; not read if `prepared` is set.
  let parameters: UnsafePointer<Float>
  /// The parameters as written by `prepare`.
  var prepared: UnsafePointer<Float>?
  /// Only training writes them.
  let statistics: UnsafeMutablePointer<Float>
}

/// The weights of a pass.
enum PassWeights {
  /// As they are stored; an empty buffer may have no address.
  case plain(parameters: UnsafePointer<Float>?, statistics: UnsafeMutablePointer<Float>?)
  /// Prepared, for evaluation only.
  case prepared(PreparedWeights)
}
