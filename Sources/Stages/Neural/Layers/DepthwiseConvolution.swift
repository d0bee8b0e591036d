/// A 3 x 3 convolution of each channel by itself, with zero padding of 1.
///
/// From Howard and others (2017). Input N x H x W x C; kernel 3 x 3 x C. Sums run over the kernel's
/// rows, then its columns.
struct DepthwiseConvolution: Foldable {
  let channels: Int
  let stride: Int
  /// What folding added: a bias and the bounds of the output.
  ///
  /// A layer with an epilogue has no backward.
  var epilogue: Epilogue?

  var hasBias: Bool { false }

  /// The number of parts into which a batch is divided for the kernel's gradient, each with its own
  /// sum.
  private static let parts = 8

  var tensors: [TensorDeclaration] {
    [.init("weight", [channels, 1, 3, 3], .heNormal(fanIn: 9))]
      + (epilogue == nil ? [] : [.init("bias", [channels], .zeros)])
  }

  func outputShape(_ input: Shape) -> Shape? {
    guard input.channels == channels else { return nil }
    return Shape(
      height: (input.height - 1) / stride + 1, width: (input.width - 1) / stride + 1,
      channels: channels)
  }

  /// One sum per part, then the rotated kernel.
  func partialCount(_ input: Shape, capacity: Int, forGradients: Bool) -> Int {
    forGradients ? (Self.parts + 1) * 9 * channels : 0
  }

  /// The loops of a forward pass over samples of a shape.
  func kernel(
    _ input: Shape, _ output: Shape, _ parameters: UnsafePointer<Float>
  ) -> DepthwiseKernel {
    DepthwiseKernel(
      input: input, output: output, stride: stride, weights: parameters,
      finish: epilogue.map { (parameters + 9 * channels, $0) })
  }

  func forward(_ pass: LayerPass) {
    let kernel = kernel(pass.inputShape, pass.outputShape, pass.parameters)
    let (rows, width) = (pass.outputShape.height, pass.outputShape.width)
    pass.pool.run(pass.count * rows) { index, _ in
      let (sample, row) = index.quotientAndRemainder(dividingBy: rows)
      kernel.forward(
        pass.input + sample * pass.inputShape.count, row: row,
        into: pass.output + index * width * channels)
    }
  }

  func backward(_ pass: LayerPass, _ gradients: LayerGradients) {
    precondition(epilogue == nil, "a folded convolution has no backward")
    if let parameters = gradients.parameters {
      sumKernelGradient(pass, gradients.output, into: parameters)
    }
    guard let input = gradients.input else { return }
    if stride == 1 {
      correlate(pass, gradients.output, into: input)
    } else {
      scatter(pass, gradients.output, into: input)
    }
  }

  private func sumKernelGradient(
    _ pass: LayerPass, _ outputGradient: UnsafePointer<Float>,
    into result: UnsafeMutablePointer<Float>
  ) {
    let size = 9 * channels
    let samples = (pass.count + Self.parts - 1) / Self.parts
    let kernel = DepthwiseKernel(
      input: pass.inputShape, output: pass.outputShape, stride: stride, weights: pass.parameters)
    pass.pool.run(pass.count, by: samples) { range, _ in
      let sum = pass.partial + range.lowerBound / samples * size
      sum.update(repeating: 0, count: size)
      for sample in range {
        kernel.addKernelGradient(
          pass.input + sample * pass.inputShape.count,
          outputGradient + sample * pass.outputShape.count,
          to: sum)
      }
    }
    result.update(from: pass.partial, count: size)
    for part in 1..<max(1, (pass.count + samples - 1) / samples) {
      let sum = pass.partial + part * size
      for index in 0..<size { result[index] += sum[index] }
    }
  }

  /// With a stride of 1 the input's gradient is also a convolution, with the kernel rotated by 180
  /// degrees.
  private func correlate(
    _ pass: LayerPass, _ outputGradient: UnsafePointer<Float>,
    into input: UnsafeMutablePointer<Float>
  ) {
    let turned = pass.partial + Self.parts * 9 * channels
    for at in 0..<9 {
      (turned + at * channels).update(from: pass.parameters + (8 - at) * channels, count: channels)
    }
    let (shape, row) = (pass.inputShape, pass.inputShape.width * channels)
    let kernel = DepthwiseKernel(input: shape, output: shape, stride: 1, weights: turned)
    pass.pool.run(pass.count * shape.height) { index, _ in
      let (sample, y) = index.quotientAndRemainder(dividingBy: shape.height)
      kernel.forward(outputGradient + sample * shape.count, row: y, into: input + index * row)
    }
  }

  private func scatter(
    _ pass: LayerPass, _ outputGradient: UnsafePointer<Float>,
    into input: UnsafeMutablePointer<Float>
  ) {
    let kernel = DepthwiseKernel(
      input: pass.inputShape, output: pass.outputShape, stride: stride, weights: pass.parameters)
    pass.pool.run(pass.count) { sample, _ in
      let target = input + sample * pass.inputShape.count
      target.update(repeating: 0, count: pass.inputShape.count)
      kernel.scatter(outputGradient + sample * pass.outputShape.count, into: target)
    }
  }
}
