/// The means of `size` x `size` windows that cover the image evenly, whatever its size.
///
/// Output row i averages the input rows from floor(i H / size) to ceil((i + 1) H / size), as in
/// PyTorch; windows overlap if `size` does not divide H, and repeat if the image is smaller.
struct AdaptiveAveragePool: Layer {
  let size: Int

  func outputShape(_ input: Shape) -> Shape? {
    Shape(height: size, width: size, channels: input.channels)
  }

  /// The input rows or columns of an output position.
  private func window(_ position: Int, _ extent: Int) -> Range<Int> {
    position * extent / size..<((position + 1) * extent + size - 1) / size
  }

  /// Calls `body` for each output position of one sample and each input position in its window,
  /// with the indices of their first channels and the weight of the input position.
  @inline(__always)
  private func visit(
    _ sample: Int, _ shape: Shape, _ body: (_ output: Int, _ input: Int, _ share: Float) -> Void
  ) {
    for y in 0..<size {
      let rows = window(y, shape.height)
      for x in 0..<size {
        let columns = window(x, shape.width)
        let share = 1 / Float(rows.count * columns.count)
        let output = ((sample * size + y) * size + x) * shape.channels
        for row in rows {
          for column in columns {
            let input = ((sample * shape.height + row) * shape.width + column) * shape.channels
            body(output, input, share)
          }
        }
      }
    }
  }

  func forward(_ pass: LayerPass) {
    let (shape, length) = (pass.inputShape, pass.outputShape.count)
    pass.pool.run(pass.count) { sample, _ in
      (pass.output + sample * length).update(repeating: 0, count: length)
      visit(sample, shape) { output, input, share in
        let (mean, x) = (pass.output + output, pass.input + input)
        for channel in 0..<shape.channels { mean[channel] += x[channel] * share }
      }
    }
  }

  func backward(_ pass: LayerPass, _ gradients: LayerGradients) {
    guard let target = gradients.input else { return }
    let shape = pass.inputShape
    pass.pool.run(pass.count) { sample, _ in
      (target + sample * shape.count).update(repeating: 0, count: shape.count)
      visit(sample, shape) { output, input, share in
        let (dy, dx) = (gradients.output + output, target + input)
        for channel in 0..<shape.channels { dx[channel] += dy[channel] * share }
      }
    }
  }
}
