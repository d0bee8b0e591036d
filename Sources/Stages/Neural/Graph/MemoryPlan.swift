/// Where nodes write their outputs: which share memory, which write straight into a concatenation, and which
/// are not kept for backward but computed again.
struct MemoryPlan: Sendable {
  /// Where a node's output lies.
  struct Place: Sendable, Hashable {
    /// The number of its buffer.
    let buffer: Int
    /// How many numbers of the buffer lie in front of its first.
    let offset: Int
    /// How many numbers its positions lie apart: its channels, or those of the concatenation that it
    /// is part of.
    let stride: Int
  }

  /// For each node its place.
  let places: [Place]
  /// The length of each buffer, in floats a sample.
  let sizes: [Int]
  /// For each node whose output's memory others use too before backward reads it: the node that computes it
  /// again.
  let recomputed: [Int: Int]

  /// A plan for a network.
  ///
  /// Backward wants every output as forward left it, but for those of nodes that work in place and those
  /// that are computed again. Of these and without backward a buffer is used again as soon as nobody will
  /// read it.
  init(_ network: Network, keepsAll: Bool) {
    let parts = network.parts(keepsAll: keepsAll)
    let lastUse = Self.lastUse(network, parts)
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
      let size = network.shapes[host].count
      let isFleeting = !keepsAll || again.contains(index)
      let free = isFleeting ? sizes.indices.filter { isShared[$0] && busyUntil[$0] < index } : []
      // The one that must grow least, of those the one that wastes least.
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

  /// The last node that reads each node's output; of a concatenation, that reads any part of it.
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
  /// The node in whose output a node's own lies, itself as a rule, and behind how many channels.
  struct Part: Sendable, Hashable {
    let host: Int
    let offset: Int
  }

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

  /// Which nodes write straight into a concatenation, so that it copies nothing.
  ///
  /// Those that can, and whose other readers can read them there; of concatenations in each other all
  /// write into the outermost.
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

  /// The nodes that write to the memory of a node's output in place, it among them; `nil` if one of
  /// them, or a reader of it, cannot do with a part of a concatenation.
  private func writers(of node: Int, keepsAll: Bool) -> [Int]? {
    var writers = [node]
    while let last = writers.last, worksInPlace(last, keepsAll: keepsAll) {
      writers.append(nodes[last].inputs[0])
    }
    let readers = nodes.indices.filter { nodes[$0].inputs.contains(node) }
    guard (writers + readers).allSatisfy(takesParts) else { return nil }
    return writers
  }

  /// For each node whose output is cheaper to compute again than to keep: the node that does.
  ///
  /// That is a batch norm's, with the ReLU it does behind it, where one convolution alone reads it: half of
  /// what most networks would keep.
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
