extension Convolution {
  /// Whether Winograd's method is used.
  ///
  /// With prepared weights it computes four by four outputs at a time. When weights change with
  /// each step it computes two by two, which has a smaller rounding error.
  var usesWinograd: Bool {
    kernel == .square(3) && stride == 1 && inputs % 8 == 0 && outputs % 8 == 0
  }

  private func winograd<Form: WinogradForm>(
    _ input: Shape, _ form: Form.Type
  ) -> WinogradKernel<Form>? {
    guard usesWinograd, let output = outputShape(input) else { return nil }
    return WinogradKernel(input: input, output: output, padding: padding)
  }

  /// The kernel for the gradient of the input: the same convolution with the kernel rotated by 180
  /// degrees.
  private func winogradBack(_ input: Shape) -> WinogradKernel<TwoByTwo>? {
    guard usesWinograd, let output = outputShape(input) else { return nil }
    return WinogradKernel(
      input: output, output: input,
      padding: Extent(rows: 2 - padding.rows, columns: 2 - padding.columns))
  }

  /// The number of floats shared by threads.
  func winogradCount(_ input: Shape, capacity: Int, forGradients: Bool) -> Int {
    guard let forward = winograd(input, TwoByTwo.self), let back = winogradBack(input) else {
      return 0
    }
    return max(
      winograd(input, FourByFour.self)?.partialCount(capacity) ?? 0,
      forward.preparedCount + forward.partialCount(capacity),
      forGradients ? back.preparedCount + back.partialCount(capacity) : 0,
      forGradients ? max(forward.gradientCount(capacity), capacity * outputs) : 0)
  }

  /// The number of floats per thread.
  func winogradScratchCount(_ input: Shape) -> Int {
    max(
      winograd(input, FourByFour.self)?.scratchCount ?? 0,
      winograd(input, TwoByTwo.self)?.scratchCount ?? 0, winogradBack(input)?.scratchCount ?? 0)
  }

  /// Transforms the kernel.
  func transform<Form: WinogradForm>(
    _ parameters: UnsafePointer<Float>, _ form: Form.Type, _ pool: TilePool,
    into prepared: UnsafeMutablePointer<Float>
  ) {
    WinogradKernel<Form>.prepare(inputs: inputs, outputs: outputs, pool, into: prepared) {
      tap, input, output in
      UnsafeRawPointer(parameters + (tap * inputs + input) * outputs + output)
        .loadUnaligned(as: SIMD8<Float>.self)
    }
  }

  func multiplyByWinograd(_ pass: LayerPass, _ finish: PanelProduct.Finish) {
    if let prepared = pass.prepared {
      winograd(pass.inputShape, FourByFour.self)?
        .forward(pass, prepared: prepared, partial: pass.partial, finish)
    } else if let kernel = winograd(pass.inputShape, TwoByTwo.self) {
      transform(pass.parameters, TwoByTwo.self, pass.pool, into: pass.partial)
      kernel.forward(
        pass, prepared: pass.partial, partial: pass.partial + kernel.preparedCount, finish)
    }
  }

  func sumKernelGradientByWinograd(
    _ pass: LayerPass, _ gradients: LayerGradients, into result: UnsafeMutablePointer<Float>
  ) {
    guard let kernel = winograd(pass.inputShape, TwoByTwo.self) else { return }
    if hasBias { sumBias(pass, gradients, into: result + depth * outputs) }
    kernel.sumKernelGradient(pass, gradients, into: result) { panel(pass, $0) }
  }

  /// Computes the gradient of the bias, sample by sample, then adds the samples in order.
  private func sumBias(
    _ pass: LayerPass, _ gradients: LayerGradients, into result: UnsafeMutablePointer<Float>
  ) {
    let positions = pass.outputShape.positions
    pass.pool.run(pass.count) { sample, _ in
      let sum = pass.partial + sample * outputs
      sum.update(repeating: 0, count: outputs)
      for first in Swift.stride(from: 0, to: positions, by: OuterProduct.rows) {
        let outputGradient =
          gradients.output + (sample * positions + first) * gradients.outputStride
        addRows(
          outputGradient, gradients.outputStride, min(OuterProduct.rows, positions - first), to: sum
        )
      }
    }
    for output in 0..<outputs {
      result[output] = (0..<pass.count).reduce(0) { $0 + pass.partial[$1 * outputs + output] }
    }
  }

  func multiplyBackByWinograd(
    _ pass: LayerPass, _ gradients: LayerGradients, into input: UnsafeMutablePointer<Float>
  ) {
    guard let kernel = winogradBack(pass.inputShape) else { return }
    WinogradKernel<TwoByTwo>.prepare(
      inputs: outputs, outputs: inputs, pass.pool, into: pass.partial
    ) { tap, output, input in
      let start = pass.parameters + ((8 - tap) * inputs + input) * outputs + output
      var line = SIMD8<Float>.zero
      for lane in 0..<8 { line[lane] = start[lane * outputs] }
      return line
    }
    kernel.forward(
      pass.turned(gradients, into: input), prepared: pass.partial,
      partial: pass.partial + kernel.preparedCount, PanelProduct.Finish())
  }
}

extension LayerPass {
  /// The pass that computes the gradient of the input from that of the output.
  fileprivate func turned(
    _ gradients: LayerGradients, into input: UnsafeMutablePointer<Float>
  ) -> LayerPass {
    LayerPass(
      pool: pool, mode: mode, node: node, count: count, inputShape: outputShape,
      outputShape: inputShape, input: gradients.output, inputStride: gradients.outputStride,
      output: input, outputStride: gradients.inputStride,
      values: LayerValues(parameters: parameters, statistics: statistics), saved: saved,
      partial: partial, scratch: scratch, scratchStride: scratchStride)
  }
}
