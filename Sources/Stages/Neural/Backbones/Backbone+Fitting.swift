extension Backbone {
  /// The form whose head fits the tensors of a weights file, for images of `size` pixels.
  ///
  /// The last matrix of the head determines the number of classes and the width of the layer before
  /// it, and its name the kind of head.
  /// Throws if there is no head: a file of convolutions alone cannot predict.
  public func form(fitting tensors: [Tensor], size: Int) throws(NeuralError) -> Form {
    let names = ["classifier.4.weight", "\(definition.lastLayer).weight"]
    for (index, name) in names.enumerated() {
      if let last = tensors.last(where: { $0.name == name }), last.shape.count == 2,
        !last.shape.contains(0)
      {
        return Form(
          size: size, classes: last.shape[0],
          head: index == 0 ? .hidden(width: last.shape[1]) : .plain)
      }
    }
    throw NeuralError(
      "the weights have no head: \(names.joined(separator: " or ")) is missing, which gives the "
        + "number of classes")
  }
}
