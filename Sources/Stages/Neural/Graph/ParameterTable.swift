/// Where each tensor is stored in the two contiguous buffers of a network's weights.
public struct ParameterTable: Sendable {
  /// One tensor.
  public struct Entry: Sendable {
    /// The name as in a PyTorch state dictionary: `features.0.weight`.
    public let name: String
    /// PyTorch's shape: OIHW for convolutions, out x in for dense layers.
    public let shape: [Int]
    /// The index of the first value in its buffer.
    public let offset: Int
    /// Whether it is in the buffer of running statistics rather than that of parameters.
    public let isStatistic: Bool
    let initial: TensorDeclaration.Initial

    /// The number of values.
    public var count: Int { shape.reduce(1, *) }
    /// Where its values are in its buffer.
    var range: Range<Int> { offset..<offset + count }
  }

  /// All tensors, in the order of the nodes.
  public let entries: [Entry]
  /// The length of the buffer of parameters.
  public let parameterCount: Int
  /// The length of the buffer of running statistics.
  public let statisticCount: Int
  /// The offsets of each node's first parameter and first statistic.
  let starts: [(parameter: Int, statistic: Int)]
  /// The index of each node's first entry.
  private let firstEntries: [Int]

  init(_ nodes: [Network.Node]) {
    var entries: [Entry] = []
    var starts: [(parameter: Int, statistic: Int)] = []
    var firstEntries: [Int] = []
    var (parameters, statistics) = (0, 0)
    for node in nodes {
      starts.append((parameters, statistics))
      firstEntries.append(entries.count)
      for tensor in node.layer?.tensors ?? [] {
        let entry = Entry(
          name: node.name + "." + tensor.name, shape: tensor.shape,
          offset: tensor.isStatistic ? statistics : parameters, isStatistic: tensor.isStatistic,
          initial: tensor.initial)
        if tensor.isStatistic { statistics += entry.count } else { parameters += entry.count }
        entries.append(entry)
      }
    }
    (self.entries, self.starts, self.firstEntries) = (entries, starts, firstEntries)
    (parameterCount, statisticCount) = (parameters, statistics)
  }

  /// The entries of a node.
  func entries(of node: Int) -> ArraySlice<Entry> {
    entries[firstEntries[node]..<(node + 1 < starts.count ? firstEntries[node + 1] : entries.count)]
  }

  /// The tensors of the entries, in their order; of two with the same name the last one counts.
  ///
  /// Tensors of an auxiliary head are ignored, as the reference does in evaluation. Throws an error
  /// that names all tensors that are missing, unknown or of the wrong shape.
  func fitting(_ tensors: [Tensor]) throws(NeuralError) -> [Tensor] {
    var given = Dictionary(tensors.map { (Backbone.currentName($0.name), $0) }) { _, last in last }
    var (fitting, problems) = ([Tensor](), [String]())
    for entry in entries {
      guard let tensor = given.removeValue(forKey: entry.name) else {
        problems.append("\(entry.name) is missing")
        continue
      }
      guard tensor.shape == entry.shape else {
        problems.append(
          "\(entry.name) has shape \(tensor.shape) but the network has \(entry.shape)")
        continue
      }
      fitting.append(tensor)
    }
    problems += given.keys.filter { !Backbone.isOfAuxiliaryHead($0) }.sorted()
      .map { "\($0) is unknown" }
    guard problems.isEmpty else {
      throw NeuralError("the tensors do not fit the network: " + problems.joined(separator: "; "))
    }
    return fitting
  }
}
