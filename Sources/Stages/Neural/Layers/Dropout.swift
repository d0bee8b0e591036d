/// Drops values in training and scales the rest so that their mean is unchanged; does nothing in
/// evaluation.
///
/// A value is dropped with probability `rate`, otherwise divided by 1 - rate (Srivastava et al.,
/// 2014). The mask depends on (seed, step, node, position in the epoch's order, place in the
/// sample), so backward draws it again instead of storing it.
struct Dropout: Layer {
  /// The probability of dropping a value, in [0, 1).
  let rate: Float

  func outputShape(_ input: Shape) -> Shape? { input }

  func forward(_ pass: LayerPass) { mask(pass, from: pass.input, to: pass.output) }

  func backward(_ pass: LayerPass, _ gradients: LayerGradients) {
    guard let input = gradients.input else { return }
    mask(pass, from: gradients.output, to: input)
  }

  private func mask(
    _ pass: LayerPass, from: UnsafePointer<Float>, to: UnsafeMutablePointer<Float>
  ) {
    let size = pass.inputShape.count
    guard case .training(let draws) = pass.mode else {
      to.update(from: from, count: pass.count * size)
      return
    }
    let scale = 1 / (1 - rate)
    for sample in 0..<pass.count {
      let random = CounterRandom(
        seed: draws.seed, 2, UInt64(draws.step), UInt64(pass.node),
        UInt64(draws.firstPosition + sample))
      for place in 0..<size {
        let index = sample * size + place
        to[index] = random.uniform(place) < rate ? 0 : from[index] * scale
      }
    }
  }
}
