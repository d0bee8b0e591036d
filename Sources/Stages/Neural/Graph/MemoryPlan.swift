/// Which nodes of a network write their outputs into the same memory.
struct MemoryPlan: Sendable {
  /// For each node the number of its buffer.
  let buffers: [Int]
  /// The length of each buffer, in floats a sample.
  let sizes: [Int]

  /// A plan for a network.
  ///
  /// Backward wants every output as forward left it, but for those of nodes that work in place.
  /// Without backward a buffer is used again as soon as nobody will read it.
  init(_ network: Network, keepsAll: Bool) {
    var buffers: [Int] = []
    var sizes: [Int] = []
    var free: [Int] = []
    // The last node that reads each buffer.
    var lastUse = network.nodes.indices.map { $0 }
    for (index, node) in network.nodes.enumerated() {
      for input in node.inputs where input >= 0 { lastUse[input] = max(lastUse[input], index) }
    }
    lastUse[network.nodes.count - 1] = .max
    var busyUntil: [Int] = []
    for index in network.nodes.indices {
      let size = network.shapes[index].count
      if network.worksInPlace(index, keepsAll: keepsAll) {
        let shared = buffers[network.nodes[index].inputs[0]]
        buffers.append(shared)
        busyUntil[shared] = max(busyUntil[shared], lastUse[index])
        continue
      }
      if !keepsAll {
        free = sizes.indices.filter { busyUntil[$0] < index }
      }
      // The one that must grow least, of those the one that wastes least.
      if let best = free.min(by: {
        (max(0, size - sizes[$0]), sizes[$0], $0) < (max(0, size - sizes[$1]), sizes[$1], $1)
      }) {
        sizes[best] = max(sizes[best], size)
        busyUntil[best] = lastUse[index]
        buffers.append(best)
      } else {
        buffers.append(sizes.count)
        sizes.append(size)
        busyUntil.append(lastUse[index])
      }
    }
    (self.buffers, self.sizes) = (buffers, sizes)
  }
}

extension Network {
  /// Whether a node's output replaces its first input.
  func worksInPlace(_ node: Int, keepsAll: Bool) -> Bool {
    let first = nodes[node].inputs[0]
    guard first >= 0, consumers[first] == 1 else { return false }
    if keepsAll, nodes[first].layer?.backwardReadsOutput == true { return false }
    return switch nodes[node].operation {
    case .layer(let layer): layer.worksInPlace
    case .sum: true
    case .concatenation: false
    }
  }
}
