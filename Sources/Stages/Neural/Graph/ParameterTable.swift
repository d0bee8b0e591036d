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
  }

  /// All tensors, in the order of the nodes.
  public let entries: [Entry]
  /// The length of the buffer of parameters.
  public let parameterCount: Int
  /// The length of the buffer of running statistics.
  public let statisticCount: Int
  /// The offsets of each node's first parameter and first statistic.
  let starts: [(parameter: Int, statistic: Int)]

  init(_ nodes: [Network.Node]) {
    var entries: [Entry] = []
    var starts: [(parameter: Int, statistic: Int)] = []
    var (parameters, statistics) = (0, 0)
    for node in nodes {
      starts.append((parameters, statistics))
      for tensor in node.layer?.tensors ?? [] {
        let entry = Entry(
          name: node.name + "." + tensor.name, shape: tensor.shape,
          offset: tensor.isStatistic ? statistics : parameters, isStatistic: tensor.isStatistic,
          initial: tensor.initial)
        if tensor.isStatistic { statistics += entry.count } else { parameters += entry.count }
        entries.append(entry)
      }
    }
    (self.entries, self.starts) = (entries, starts)
    (parameterCount, statisticCount) = (parameters, statistics)
  }
}
