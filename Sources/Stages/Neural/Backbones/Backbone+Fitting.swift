extension Backbone {
  /// The form whose head fits the tensors of a weights file, for images of `size` pixels.
  ///
  /// The last matrix of the head determines the number of classes, and its name the kind of head.
  /// Throws if there is no head: a file of convolutions alone cannot predict.
  public func form(fitting tensors: [Tensor], size: Int) throws(NeuralError) -> Form {
    let names: [(String, Head)] = [
      ("classifier.4.weight", .hidden), ("\(definition.lastLayer).weight", .plain),
    ]
    for (name, head) in names {
      if let last = tensors.last(where: { $0.name == name }), last.shape.count == 2,
        last.shape[0] > 0
      {
        return Form(size: size, classes: last.shape[0], head: head)
      }
    }
    throw NeuralError(
      "the weights have no head: \(names.map(\.0).joined(separator: " or ")) is missing, which gives the "
        + "number of classes")
  }
}
