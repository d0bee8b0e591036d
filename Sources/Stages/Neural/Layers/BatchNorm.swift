/// Batch normalisation over samples and positions (Ioffe and Szegedy 2015).
///
/// Momentum is 0.1, as in PyTorch. Rows x channels, where rows = N x H x W.
struct BatchNorm: Layer {
  /// What training normalises with.
  enum Statistics: Sendable {
    /// Those of the batch, which move the stored ones.
    case batch
    /// The stored ones, which stay: for pretrained layers, whose statistics few images would spoil.
    case stored
  }

  let channels: Int
  var statistics = Statistics.batch
  /// What is added to the variance: 1e-5 in PyTorch where nothing else is said.
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

  /// Rows a tile: two readings of one should find it in a core's cache.
  private var tileRows: Int { max(1, 16_384 / channels) }

  /// Mean, inverse deviation, two coefficients.
  var savedCount: Int { 4 * channels }

  /// Two sums a tile, or three coefficients.
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

  /// A gradient where the activation let the number through, whose place `forward` computes again;
  /// zero where it cut it off.
  @inline(__always)
  private static func masked(
    _ slope: Float, _ output: Float, _ floor: Float, _ ceiling: Float
  ) -> Float {
    let above = output > floor ? slope : 0
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
    // With stored statistics the layer is a scaling by what forward left in `scale`.
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

  /// The gradient of the input where the batch's own statistics depend on it.
  private func handBack(
    _ pass: LayerPass, _ gradients: LayerGradients, _ sums: (plain: [Double], products: [Double])
  ) {
    let rows = pass.count * pass.inputShape.positions
    let (mean, inverse) = (pass.saved, pass.saved + channels)
    guard let input = gradients.input else { return }
    // dx = gamma/sigma (dy - mean(dy) - x^ mean(dy x^)), as factor dy + slope x + offset.
    let factor = pass.partial
    let (slope, offset) = (factor + channels, factor + 2 * channels)
    for channel in 0..<channels {
      let gain = Double(pass.parameters[channel] * inverse[channel])
      let product = gain * sums.products[channel] / Double(rows) * Double(inverse[channel])
      factor[channel] = Float(gain)
      slope[channel] = Float(-product)
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
            + slope[channel] * x[channel] + offset[channel]
          dx[channel] = own + (adds ? dx[channel] : 0)
        }
      }
    }
  }

  func inverseDeviation(_ variance: Double) -> Float {
    Float(1 / (variance + epsilon).squareRoot())
  }

  /// Mean and inverse deviation of the batch, kept for backward; moves the running ones.
  ///
  /// Tiles are measured about their own means and joined in order (Chan, Golub and LeVeque 1983).
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

  /// The sums over rows of dy and of dy times the normalised input, a channel each.
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
          let slope = Self.masked(dy[channel], y, floor, ceiling)
          plain[channel] += slope
          products[channel] += slope * (x[channel] - mean[channel])
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
