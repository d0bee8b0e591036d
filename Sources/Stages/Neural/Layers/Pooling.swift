/// A window that moves over rows and columns; a remainder at the edge is dropped unless specified
/// otherwise.
struct PoolingWindow: Sendable {
  let size: Int
  let stride: Int
  /// The number of positions by which it begins outside the image; at most half its size.
  var padding = 0
  /// Whether the positions of a remainder at the edge get a window of their own, which ends at the
  /// edge: PyTorch's `ceil_mode`.
  var roundsUp = false

  func outputShape(_ input: Shape) -> Shape? {
    guard 2 * padding <= size, let height = count(input.height), let width = count(input.width)
    else { return nil }
    return Shape(height: height, width: width, channels: input.channels)
  }

  /// The number of windows along rows or columns; `nil` if none fits.
  private func count(_ extent: Int) -> Int? {
    let room = extent + 2 * padding - size + (roundsUp ? stride - 1 : 0)
    guard room >= 0 else { return nil }
    let count = room / stride + 1
    // The last window must begin inside the image or before it.
    return roundsUp && (count - 1) * stride >= extent + padding ? count - 1 : count
  }

  /// The indices of one window's positions inside the image, row by row.
  struct Places {
    fileprivate let first: Int
    fileprivate let columns: Int
    fileprivate let line: Int
    /// The number of positions, at least one.
    let count: Int

    /// The index of a position, counted over all samples.
    @inline(__always)
    subscript(at: Int) -> Int { first + at / columns * line + at % columns }
  }

  /// Calls `body` for each output position of one sample, counted over all samples, with the input
  /// positions of its window that lie inside the image.
  @inline(__always)
  func visit(
    sample: Int, _ input: Shape, _ output: Shape, _ body: (_ output: Int, _ inputs: Places) -> Void
  ) {
    for y in 0..<output.height {
      let rows = inside(y, input.height)
      for x in 0..<output.width {
        let columns = inside(x, input.width)
        body(
          (sample * output.height + y) * output.width + x,
          Places(
            first: (sample * input.height + rows.lowerBound) * input.width + columns.lowerBound,
            columns: columns.count, line: input.width, count: rows.count * columns.count))
      }
    }
  }

  /// The rows or columns of the image in the window of an output position.
  @inline(__always)
  private func inside(_ position: Int, _ extent: Int) -> Range<Int> {
    let first = position * stride - padding
    return max(0, first)..<min(extent, first + size)
  }
}

extension LayerGradients {
  /// Clears the gradient of one sample's input, before windows add to it.
  fileprivate func clear(_ sample: Int, _ shape: Shape) {
    guard let input else { return }
    for position in sample * shape.positions..<(sample + 1) * shape.positions {
      (input + position * inputStride).update(repeating: 0, count: shape.channels)
    }
  }
}

/// The maximum of each window and channel; among equal values the first gets the gradient.
struct MaxPool: Layer {
  let window: PoolingWindow

  var backwardReadsOutput: Bool { true }
  var takesParts: Bool { true }

  func outputShape(_ input: Shape) -> Shape? { window.outputShape(input) }

  func forward(_ pass: LayerPass) {
    let channels = pass.inputShape.channels
    pass.pool.run(pass.count) { sample, _ in
      window.visit(sample: sample, pass.inputShape, pass.outputShape) { output, inputs in
        let best = pass.output + output * pass.outputStride
        best.update(from: pass.input + inputs[0] * pass.inputStride, count: channels)
        for at in 1..<inputs.count {
          let x = pass.input + inputs[at] * pass.inputStride
          for channel in 0..<channels { best[channel] = max(best[channel], x[channel]) }
        }
      }
    }
  }

  func backward(_ pass: LayerPass, _ gradients: LayerGradients) {
    guard let target = gradients.input else { return }
    let channels = pass.inputShape.channels
    pass.pool.run(pass.count) { sample, _ in
      gradients.clear(sample, pass.inputShape)
      window.visit(sample: sample, pass.inputShape, pass.outputShape) { output, inputs in
        let best = UnsafePointer(pass.output + output * pass.outputStride)
        let outputGradient = UnsafePointer(gradients.output + output * gradients.outputStride)
        var channel = 0
        while channel + 8 <= channels {
          let maximum = Self.load(best + channel)
          // The gradient not yet passed on; zero once a channel's maximum has been found.
          var open = Self.load(outputGradient + channel)
          for at in 0..<inputs.count {
            let x = Self.load(pass.input + inputs[at] * pass.inputStride + channel)
            let dx = target + inputs[at] * gradients.inputStride + channel
            let found = x .== maximum
            let sum = Self.load(dx) + open.replacing(with: 0, where: .!found)
            UnsafeMutableRawPointer(dx).storeBytes(of: sum, as: SIMD8<Float>.self)
            open.replace(with: 0, where: found)
          }
          channel += 8
        }
        for channel in channel..<channels {
          for at in 0..<inputs.count
          where (pass.input + inputs[at] * pass.inputStride)[channel] == best[channel] {
            (target + inputs[at] * gradients.inputStride)[channel] += outputGradient[channel]
            break
          }
        }
      }
    }
  }

  @inline(__always)
  private static func load(_ from: UnsafePointer<Float>) -> SIMD8<Float> {
    UnsafeRawPointer(from).loadUnaligned(as: SIMD8<Float>.self)
  }
}

/// The mean of each window and channel, with zeros where the window lies outside the image.
struct AveragePool: Layer {
  let window: PoolingWindow

  var takesParts: Bool { true }

  func outputShape(_ input: Shape) -> Shape? { window.outputShape(input) }

  func forward(_ pass: LayerPass) {
    let channels = pass.inputShape.channels
    let share = 1 / Float(window.size * window.size)
    pass.pool.run(pass.count) { sample, _ in
      window.visit(sample: sample, pass.inputShape, pass.outputShape) { output, inputs in
        let mean = pass.output + output * pass.outputStride
        mean.update(repeating: 0, count: channels)
        for at in 0..<inputs.count {
          let x = pass.input + inputs[at] * pass.inputStride
          for channel in 0..<channels { mean[channel] += x[channel] * share }
        }
      }
    }
  }

  func backward(_ pass: LayerPass, _ gradients: LayerGradients) {
    guard let target = gradients.input else { return }
    let channels = pass.inputShape.channels
    let share = 1 / Float(window.size * window.size)
    pass.pool.run(pass.count) { sample, _ in
      gradients.clear(sample, pass.inputShape)
      window.visit(sample: sample, pass.inputShape, pass.outputShape) { output, inputs in
        let dy = gradients.output + output * gradients.outputStride
        for at in 0..<inputs.count {
          let dx = target + inputs[at] * gradients.inputStride
          for channel in 0..<channels { dx[channel] += dy[channel] * share }
        }
      }
    }
  }
}

/// The mean over all positions: N x H x W x C to N x 1 x 1 x C.
struct GlobalAveragePool: Layer {
  func outputShape(_ input: Shape) -> Shape? {
    Shape(height: 1, width: 1, channels: input.channels)
  }

  func forward(_ pass: LayerPass) {
    let (channels, positions) = (pass.inputShape.channels, pass.inputShape.positions)
    let share = 1 / Float(positions)
    pass.pool.run(pass.count) { sample, _ in
      let mean = pass.output + sample * channels
      mean.update(repeating: 0, count: channels)
      for position in 0..<positions {
        let x = pass.input + (sample * positions + position) * channels
        for channel in 0..<channels { mean[channel] += x[channel] }
      }
      for channel in 0..<channels { mean[channel] *= share }
    }
  }

  func backward(_ pass: LayerPass, _ gradients: LayerGradients) {
    guard let target = gradients.input else { return }
    let (channels, positions) = (pass.inputShape.channels, pass.inputShape.positions)
    let share = 1 / Float(positions)
    pass.pool.run(pass.count) { sample, _ in
      let dy = gradients.output + sample * channels
      for position in 0..<positions {
        let dx = target + (sample * positions + position) * channels
        for channel in 0..<channels { dx[channel] = dy[channel] * share }
      }
    }
  }
}
