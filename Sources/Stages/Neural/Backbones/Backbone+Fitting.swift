extension Backbone {
  /// The form whose head the tensors of a weights file fit, for images of `size` pixels.
  ///
  /// The head's last matrix tells the number of classes, and its name which of the heads it is. Throws
  /// where there is none: a file of convolutions alone cannot judge.
  public func form(fitting tensors: [Tensor], size: Int) throws(NeuralError) -> Form {
    let names: [(String, Head)] = [
      ("classifier.4.weight", .hidden), ("\(lastLayer).weight", .plain),
    ]
    for (name, head) in names {
      if let last = tensors.last(where: { $0.name == name }), last.shape.count == 2,
        last.shape[0] > 0
      {
        return Form(size: size, classes: last.shape[0], head: head)
      }
    }
    throw NeuralError(
      "the weights end with the convolutions: no \(names.map(\.0).joined(separator: " or ")) says how "
        + "many classes there are")
  }
}
