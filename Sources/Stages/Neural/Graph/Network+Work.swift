extension Network {
  /// The number of multiply-accumulate operations of convolutions and dense layers in one forward
  /// pass, per sample: of all nodes, or of those before a node.
  ///
  /// A kernel is applied once per position of the output, so the values of a layer's tensors with
  /// two or more dimensions count that many times.
  public func multiplyAccumulates(before end: Int? = nil) -> Double {
    zip(nodes, shapes).prefix(end ?? nodes.count).reduce(0) { sum, node in
      let values = (node.0.layer?.tensors ?? []).filter { !$0.isStatistic && $0.shape.count > 1 }
        .reduce(0) { $0 + $1.shape.reduce(1, *) }
      return sum + Double(values) * Double(node.1.positions)
    }
  }
}
