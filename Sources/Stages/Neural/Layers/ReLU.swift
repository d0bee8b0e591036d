/// Replaces negative numbers by zero, in place where the layer before allows it.
struct ReLU: Layer {
  private static let tile = 16_384

  var worksInPlace: Bool { true }
  var backwardReadsOutput: Bool { true }

  func outputShape(_ input: Shape) -> Shape? { input }

  func forward(_ pass: LayerPass) {
    pass.pool.run(pass.count * pass.inputShape.count, by: Self.tile) { range, _ in
      for index in range { pass.output[index] = max(pass.input[index], 0) }
    }
  }

  func backward(_ pass: LayerPass, _ gradients: LayerGradients) {
    guard let input = gradients.input else { return }
    pass.pool.run(pass.count * pass.inputShape.count, by: Self.tile) { range, _ in
      for index in range { input[index] = pass.output[index] > 0 ? gradients.output[index] : 0 }
    }
  }
}
