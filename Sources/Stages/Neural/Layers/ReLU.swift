/// Replaces negative numbers by zero and, as ReLU6, those above a ceiling by it.
///
/// Works in place where the layer before allows it.
struct ReLU: Layer {
  /// The largest output: 6 for the ReLU6 of MobileNet, else infinite.
  var ceiling = Float.infinity

  private static let tile = 16_384

  var worksInPlace: Bool { true }
  var backwardReadsOutput: Bool { true }

  func outputShape(_ input: Shape) -> Shape? { input }

  func forward(_ pass: LayerPass) {
    pass.pool.run(pass.count * pass.inputShape.count, by: Self.tile) { range, _ in
      for index in range { pass.output[index] = min(max(pass.input[index], 0), ceiling) }
    }
  }

  func backward(_ pass: LayerPass, _ gradients: LayerGradients) {
    guard let input = gradients.input else { return }
    pass.pool.run(pass.count * pass.inputShape.count, by: Self.tile) { range, _ in
      for index in range {
        let output = pass.output[index]
        input[index] = output > 0 && output < ceiling ? gradients.output[index] : 0
      }
    }
  }
}
