extension Network {
  /// A network of dense layers over feature vectors, whose input shape is 1 x 1 x `inputs`.
  ///
  /// For each width of `hidden` it has a dense layer, a ReLU and dropout, and then dense(classes).
  /// Its tensors are `hidden.0.weight`, `hidden.0.bias`, `hidden.1.weight` and so on, then
  /// `output.weight` and `output.bias`. `part(0..<shapes.count - 1)` gives the last hidden layer's
  /// output.
  ///
  /// Throws if a number of values is not positive or the dropout rate is not in [0, 1).
  public static func dense(
    inputs: Int, hidden: [Int], classes: Int, dropout: Double
  ) throws(NeuralError) -> Network {
    for (name, count) in [("inputs", inputs), ("classes", classes)]
      + hidden.map({ ("values of a hidden layer", $0) }) where count < 1
    {
      throw NeuralError("the number of \(name) must be at least 1, not \(count)")
    }
    guard dropout >= 0, dropout < 1 else {
      throw NeuralError("the dropout rate must be at least 0 and below 1, not \(dropout)")
    }
    var builder = NetworkBuilder()
    var width = inputs
    for (index, next) in hidden.enumerated() {
      builder.add("hidden.\(index)", Dense(inputs: width, outputs: next))
      builder.add("hidden.\(index).relu", ReLU())
      builder.add("hidden.\(index).dropout", Dropout(rate: Float(dropout)))
      width = next
    }
    builder.add("output", Dense(inputs: width, outputs: classes))
    return try builder.network(input: Shape(height: 1, width: 1, channels: inputs))
  }
}
