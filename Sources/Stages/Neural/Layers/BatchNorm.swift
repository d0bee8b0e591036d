/// Batch normalisation over samples and positions (Ioffe and Szegedy 2015).
///
/// The momentum is 0.1, as in PyTorch. Activations are rows x channels, where rows = N x H x W.
struct BatchNorm: Layer {
  /// The statistics used for normalisation in training.
  enum Statistics: Sendable {
    /// The statistics of the batch, which update the stored ones.
    case batch
    /// The stored statistics, which are not updated: for pretrained layers, whose statistics a few
    /// images would degrade.
    case stored
  }

  let channels: Int
  var statistics = Statistics.batch
  /// The number added to the variance; PyTorch's default is 1e-5.
  var epsilon = 1e-5

  private static let momentum: Float = 0.1

  var tensors: [TensorDeclaration] {
    [
      .init("weight", [channels], .ones), .init("bias", [channels], .zeros),
      .init("running_mean", [channels], .zeros, isStatistic: true),
      .init("running_var", [channels], .ones, isStatistic: true),
    ]
  }

  func outputShape(_ input: Shape) -> Shape? { input.channels == channels ? input : nil }

  /// The number of rows per tile, so that a tile is still in a core's cache when read a second
  /// time.
  private var tileRows: Int { max(1, 16_384 / channels) }

  /// The mean, the inverse deviation and two coefficients.
  func savedCount(_ input: Shape, capacity: Int) -> Int { 4 * channels }

  /// Two sums per tile, or three coefficients.
  func partialCount(_ input: Shape, capacity: Int, forGradients: Bool) -> Int {
    max(3, (capacity * input.positions + tileRows - 1) / tileRows * 2) * channels
  }

  var takesActivation: Bool { true }
  var passesActivationBack: Bool { true }
  var takesParts: Bool { true }
  var addsToGradient: Bool { true }
  var recomputes: Bool { true }

  func forward(_ pass: LayerPass) {
    let (mean, inverse) = (pass.saved, pass.saved + channels)
    let (scale, shift) = (inverse + channels, inverse + 2 * channels)
    if usesBatch(pass.mode) {
      measure(pass)
    } else {
      for channel in 0..<channels {
        mean[channel] = pass.statistics[channel]
        inverse[channel] = inverseDeviation(Double(pass.statistics[channels + channel]))
      }
    }
    for channel in 0..<channels {
      scale[channel] = pass.parameters[channel] * inverse[channel]
      shift[channel] = pass.parameters[channels + channel] - mean[channel] * scale[channel]
    }
    recompute(pass)
  }

  func recompute(_ pass: LayerPass) {
    let (scale, shift) = (pass.saved + 2 * channels, pass.saved + 3 * channels)
    let (floor, ceiling) = Epilogue().followed(by: pass.activation).bounds
    pass.pool.run(pass.count * pass.inputShape.positions, by: tileRows) { rows, _ in
      for row in rows {
        let (from, to) = (
          pass.input + row * pass.inputStride, pass.output + row * pass.outputStride
        )
        for channel in 0..<channels {
          to[channel] = min(max(from[channel] * scale[channel] + shift[channel], floor), ceiling)
        }
      }
    }
  }

  /// The gradient if the activation passed the output unchanged, zero if it clipped it.
  @inline(__always)
  private static func masked(
    _ outputGradient: Float, _ output: Float, _ floor: Float, _ ceiling: Float
  ) -> Float {
    let above = output > floor ? outputGradient : 0
    return output < ceiling ? above : 0
  }

  private func usesBatch(_ mode: PassMode) -> Bool {
    if case .training = mode { statistics == .batch } else { false }
  }

  func backward(_ pass: LayerPass, _ gradients: LayerGradients) {
    let usesBatch = usesBatch(pass.mode)
    if usesBatch || gradients.parameters != nil {
      let sums = sumGradients(pass, gradients)
      for channel in 0..<channels {
        gradients.parameters?[channel] = Float(sums.products[channel])
        gradients.parameters?[channels + channel] = Float(sums.plain[channel])
      }
      if usesBatch { return handBack(pass, gradients, sums) }
    }
    // With stored statistics the gradient is only scaled, by the `scale` saved in forward.
    let (scale, shift) = (pass.saved + 2 * channels, pass.saved + 3 * channels)
    let (floor, ceiling) = Epilogue().followed(by: pass.activation).bounds
    guard let input = gradients.input else { return }
    let adds = gradients.addsInput
    pass.pool.run(pass.count * pass.inputShape.positions, by: tileRows) { range, _ in
      for row in range {
        let x = pass.input + row * pass.inputStride
        let dy = gradients.output + row * gradients.outputStride
        let dx = input + row * gradients.inputStride
        for channel in 0..<channels {
          let y = x[channel] * scale[channel] + shift[channel]
          let own = Self.masked(dy[channel], y, floor, ceiling) * scale[channel]
          dx[channel] = own + (adds ? dx[channel] : 0)
        }
      }
    }
  }

  /// Computes the gradient of the input when the batch's own statistics depend on it.
  private func handBack(
    _ pass: LayerPass, _ gradients: LayerGradients, _ sums: (plain: [Double], products: [Double])
  ) {
    let rows = pass.count * pass.inputShape.positions
    let (mean, inverse) = (pass.saved, pass.saved + channels)
    guard let input = gradients.input else { return }
    // dx = gamma/sigma (dy - mean(dy) - x^ mean(dy x^)), as factor dy + outputGradient x + offset.
    let factor = pass.partial
    let inputFactor = factor + channels
    let offset = factor + 2 * channels
    for channel in 0..<channels {
      let gain = Double(pass.parameters[channel] * inverse[channel])
      let product = gain * sums.products[channel] / Double(rows) * Double(inverse[channel])
      factor[channel] = Float(gain)
      inputFactor[channel] = Float(-product)
      offset[channel] = Float(
        product * Double(mean[channel]) - gain * sums.plain[channel] / Double(rows))
    }
    let (scale, shift) = (pass.saved + 2 * channels, pass.saved + 3 * channels)
    let (floor, ceiling) = Epilogue().followed(by: pass.activation).bounds
    let adds = gradients.addsInput
    pass.pool.run(rows, by: tileRows) { range, _ in
      for row in range {
        let x = pass.input + row * pass.inputStride
        let dy = gradients.output + row * gradients.outputStride
        let dx = input + row * gradients.inputStride
        for channel in 0..<channels {
          let y = x[channel] * scale[channel] + shift[channel]
          let own =
            factor[channel] * Self.masked(dy[channel], y, floor, ceiling)
            + inputFactor[channel] * x[channel] + offset[channel]
          dx[channel] = own + (adds ? dx[channel] : 0)
        }
      }
    }
  }

  func inverseDeviation(_ variance: Double) -> Float {
    Float(1 / (variance + epsilon).squareRoot())
  }

  /// Computes the mean and inverse deviation of the batch, saves them for backward, and updates the
  /// running statistics.
  ///
  /// Tiles are measured about their own means and combined in order (Chan, Golub and LeVeque 1983).
  private func measure(_ pass: LayerPass) {
    let rows = pass.count * pass.inputShape.positions
    let partial = pass.partial
    pass.pool.run(rows, by: tileRows) { range, _ in
      let mean = partial + range.lowerBound / tileRows * 2 * channels
      let squares = mean + channels
      mean.update(repeating: 0, count: 2 * channels)
      for row in range {
        let x = pass.input + row * pass.inputStride
        for channel in 0..<channels { mean[channel] += x[channel] }
      }
      let share = 1 / Float(range.count)
      for channel in 0..<channels { mean[channel] *= share }
      for row in range {
        let x = pass.input + row * pass.inputStride
        for channel in 0..<channels {
          let difference = x[channel] - mean[channel]
          squares[channel] += difference * difference
        }
      }
    }
    for channel in 0..<channels {
      var (seen, mean, squares) = (0.0, 0.0, 0.0)
      for first in stride(from: 0, to: rows, by: tileRows) {
        let count = Double(min(tileRows, rows - first))
        let tile = partial + first / tileRows * 2 * channels
        let difference = Double(tile[channel]) - mean
        mean += difference * count / (seen + count)
        squares +=
          Double(tile[channels + channel]) + difference * difference * seen * count / (seen + count)
        seen += count
      }
      pass.saved[channel] = Float(mean)
      pass.saved[channels + channel] = inverseDeviation(squares / seen)
      let (runningMean, runningVariance) = (channel, channels + channel)
      pass.statistics[runningMean] +=
        Self.momentum * (Float(mean) - pass.statistics[runningMean])
      // The running variance is the unbiased one, as in PyTorch.
      pass.statistics[runningVariance] +=
        Self.momentum * (Float(squares / max(1, seen - 1)) - pass.statistics[runningVariance])
    }
  }

  /// The sums over rows of dy and of dy times the normalised input, per channel.
  private func sumGradients(
    _ pass: LayerPass, _ gradients: LayerGradients
  ) -> (plain: [Double], products: [Double]) {
    let rows = pass.count * pass.inputShape.positions
    let (mean, inverse) = (pass.saved, pass.saved + channels)
    let (scale, shift) = (inverse + channels, inverse + 2 * channels)
    let (floor, ceiling) = Epilogue().followed(by: pass.activation).bounds
    let partial = pass.partial
    pass.pool.run(rows, by: tileRows) { range, _ in
      let plain = partial + range.lowerBound / tileRows * 2 * channels
      let products = plain + channels
      plain.update(repeating: 0, count: 2 * channels)
      for row in range {
        let x = pass.input + row * pass.inputStride
        let dy = gradients.output + row * gradients.outputStride
        for channel in 0..<channels {
          let y = x[channel] * scale[channel] + shift[channel]
          let outputGradient = Self.masked(dy[channel], y, floor, ceiling)
          plain[channel] += outputGradient
          products[channel] += outputGradient * (x[channel] - mean[channel])
        }
      }
    }
    var plain = [Double](repeating: 0, count: channels)
    var products = plain
    for tile in 0..<(rows + tileRows - 1) / tileRows {
      let start = partial + tile * 2 * channels
      for channel in 0..<channels {
        plain[channel] += Double(start[channel])
        products[channel] += Double(start[channels + channel]) * Double(inverse[channel])
      }
    }
    return (plain, products)
  }
}
