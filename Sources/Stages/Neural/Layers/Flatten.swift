/// Flattens a sample in the order of PyTorch's `flatten`, for a dense layer trained on that order.
///
/// N x H x W x C to N x 1 x 1 x (C x H x W): positions vary fastest.
struct Flatten: Layer {
  func outputShape(_ input: Shape) -> Shape? {
    Shape(height: 1, width: 1, channels: input.count)
  }

  func forward(_ pass: LayerPass) {
    let (channels, positions) = (pass.inputShape.channels, pass.inputShape.positions)
    pass.pool.run(pass.count) { sample, _ in
      let start = sample * channels * positions
      let (from, to) = (pass.input + start, pass.output + start)
      for channel in 0..<channels {
        for at in 0..<positions { to[channel * positions + at] = from[at * channels + channel] }
      }
    }
  }

  func backward(_ pass: LayerPass, _ gradients: LayerGradients) {
    guard let input = gradients.input else { return }
    let (channels, positions) = (pass.inputShape.channels, pass.inputShape.positions)
    pass.pool.run(pass.count) { sample, _ in
      let start = sample * channels * positions
      let (from, to) = (gradients.output + start, input + start)
      for channel in 0..<channels {
        for at in 0..<positions { to[at * channels + channel] = from[channel * positions + at] }
      }
    }
  }
}
