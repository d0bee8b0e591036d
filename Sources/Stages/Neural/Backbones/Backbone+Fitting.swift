extension Backbone {
  /// The form whose head the tensors of a weights file fit, for images of `size` pixels.
  ///
  /// The head's matrices tell the number of classes, and which of the heads it is. Throws where there is
  /// none: a file of convolutions alone cannot judge.
  public func form(fitting tensors: [Tensor], size: Int) throws(NeuralProblem) -> Form {
    let matrices = tensors.filter { $0.name.hasPrefix("classifier.") && $0.shape.count == 2 }
      .sorted { place(of: $0.name) < place(of: $1.name) }
    guard let last = matrices.last, last.shape[0] > 0 else {
      throw NeuralProblem(
        "the weights end with the convolutions: no classifier.N.weight says how many classes there are"
      )
    }
    return Form(
      size: size, classes: last.shape[0], head: matrices.count > 1 ? .hidden : .plain)
  }

  /// The number in `classifier.N.weight`.
  private func place(of name: String) -> Int {
    Int(name.split(separator: ".").dropFirst().first ?? "") ?? 0
  }
}
