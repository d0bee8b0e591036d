/// Where nodes write their outputs: which share memory, which write directly into a concatenation,
/// and which are recomputed for backward instead of kept.
struct MemoryPlan: Sendable {
  /// Where a node's output is stored.
  struct Place: Sendable, Hashable {
    /// The index of the buffer.
    let buffer: Int
    /// The offset of the first float in the buffer.
    let offset: Int
    /// The distance between positions in floats: the channels of the node, or of the concatenation
    /// that it is part of.
    let stride: Int
  }

  /// The place of each node's output.
  let places: [Place]
  /// The length of each buffer, in floats per sample.
  let sizes: [Int]
  /// For each node whose output's memory is reused before backward reads it, the node that
  /// recomputes the output.
  let recomputed: [Int: Int]

  /// Creates a plan for a network.
  ///
  /// Backward needs every output as forward left it, except those of nodes that work in place and
  /// those that are recomputed. A buffer of recomputed outputs, or any buffer if there is no
  /// backward pass, is reused as soon as no later node reads it.
  ///
  /// What is between the nodes of a chain is stored nowhere, and the input of a chain is read until
  /// its last node has written.
  init(_ network: Network, keepsAll: Bool, chains: [SeparableChain] = []) {
    let parts = network.parts(keepsAll: keepsAll)
    var lastUse = Self.lastUse(network, parts)
    var isPassing: Set<Int> = []
    for chain in chains {
      isPassing.formUnion(chain.first..<chain.projection.node)
      for input in network.nodes[chain.first].inputs where input >= 0 {
        for node in [input, parts[input].host] {
          lastUse[node] = max(lastUse[node], chain.projection.node)
        }
      }
    }
    recomputed = keepsAll ? network.recomputed(parts) : [:]
    let again = Set(recomputed.values)
    var isShared: [Bool] = []
    var buffers: [Int?] = network.nodes.map { _ in nil }
    var sizes: [Int] = []
    var busyUntil: [Int] = []
    for index in network.nodes.indices {
      let host = parts[index].host
      if let taken = buffers[host] {
        buffers[index] = taken
        continue
      }
      if host == index, network.worksInPlace(index, keepsAll: keepsAll),
        let shared = buffers[network.nodes[index].inputs[0]]
      {
        buffers[index] = shared
        busyUntil[shared] = max(busyUntil[shared], lastUse[index])
        continue
      }
      let size = isPassing.contains(index) ? 0 : network.shapes[host].count
      let isFleeting = !keepsAll || again.contains(index)
      let free = isFleeting ? sizes.indices.filter { isShared[$0] && busyUntil[$0] < index } : []
      // The buffer that must grow least and, among equals, wastes least.
      let best = free.min {
        (max(0, size - sizes[$0]), sizes[$0], $0) < (max(0, size - sizes[$1]), sizes[$1], $1)
      }
      let buffer = best ?? sizes.count
      if best == nil {
        sizes.append(0)
        busyUntil.append(0)
        isShared.append(isFleeting)
      }
      sizes[buffer] = max(sizes[buffer], size)
      busyUntil[buffer] = lastUse[host]
      (buffers[index], buffers[host]) = (buffer, buffer)
    }
    self.sizes = sizes
    places = network.nodes.indices.map { index in
      Place(
        buffer: buffers[index] ?? 0, offset: parts[index].offset,
        stride: network.shapes[parts[index].host].channels)
    }
  }

  /// The last node that reads each node's output; for a concatenation, the last that reads any
  /// part.
  private static func lastUse(_ network: Network, _ parts: [Network.Part]) -> [Int] {
    var last = Array(network.nodes.indices)
    for (index, node) in network.nodes.enumerated() {
      for input in node.inputs where input >= 0 {
        last[input] = max(last[input], index)
        last[parts[input].host] = max(last[parts[input].host], index)
      }
    }
    last[network.nodes.count - 1] = .max
    last[parts[network.nodes.count - 1].host] = .max
    return last
  }
}

extension Network {
  /// The node whose output contains a node's own output, usually itself, and the offset in
  /// channels.
  struct Part: Sendable, Hashable {
    let host: Int
    let offset: Int
  }

  /// Whether a node's output overwrites its first input.
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

  /// Which nodes write directly into a concatenation, so that it copies nothing.
  ///
  /// These are the nodes that support it and whose other readers can read the output there. With
  /// nested concatenations, all nodes write into the outermost one.
  func parts(keepsAll: Bool) -> [Part] {
    var parts = nodes.indices.map { Part(host: $0, offset: 0) }
    for index in nodes.indices.reversed() {
      guard case .concatenation = nodes[index].operation else { continue }
      var start = parts[index].offset
      for (input, width) in channelsOfInputs(index) {
        if input >= 0, parts[input].host == input,
          let writers = writers(of: input, keepsAll: keepsAll)
        {
          for node in writers { parts[node] = Part(host: parts[index].host, offset: start) }
        }
        start += width
      }
    }
    return parts
  }

  /// The nodes that write to the memory of a node's output in place, including itself; `nil` if one
  /// of them, or a reader of the output, does not support parts of a concatenation.
  private func writers(of node: Int, keepsAll: Bool) -> [Int]? {
    var writers = [node]
    while let last = writers.last, worksInPlace(last, keepsAll: keepsAll) {
      writers.append(nodes[last].inputs[0])
    }
    let readers = nodes.indices.filter { nodes[$0].inputs.contains(node) }
    guard (writers + readers).allSatisfy(takesParts) else { return nil }
    return writers
  }

  /// For each node whose output is cheaper to recompute than to keep, the node that recomputes it.
  ///
  /// These are the outputs of batch norms, including a fused ReLU, that only one convolution reads:
  /// half of what most networks would keep.
  func recomputed(_ parts: [Part]) -> [Int: Int] {
    var recomputed: [Int: Int] = [:]
    for (index, fusion) in fusions(keepsAll: true).enumerated()
    where nodes[index].layer?.recomputes == true {
      let last = index + fusion.nodes - 1
      let readers = nodes.filter { $0.inputs.contains(last) }
      guard readers.count == 1, readers[0].layer?.takesRecomputed == true,
        parts[index].host == index, parts[last].host == last
      else { continue }
      recomputed[last] = index
    }
    return recomputed
  }

  /// Whether a node can read and write parts of concatenations.
  func takesParts(_ node: Int) -> Bool {
    switch nodes[node].operation {
    case .layer(let layer): layer.takesParts
    case .sum: false
    case .concatenation: true
    }
  }
}
