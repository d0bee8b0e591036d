/// A fully connected layer: N x in to N x out, y = x W^T + b with W out x in.
struct Dense: Layer {
  let inputs: Int
  let outputs: Int

  var tensors: [TensorDeclaration] {
    [
      .init("weight", [outputs, inputs], .heNormal(fanIn: inputs)),
      .init("bias", [outputs], .zeros),
    ]
  }

  func outputShape(_ input: Shape) -> Shape? {
    input.count == inputs ? Shape(height: 1, width: 1, channels: outputs) : nil
  }

  /// The number of outputs, or inputs, per tile; each tile is a separate product.
  private static let tile = 128

  /// The kernel, then the bias.
  func preparedCount(_ input: Shape) -> Int { preparedKernelCount + outputs }

  private var preparedKernelCount: Int {
    PanelProduct.packedCount(depth: inputs, columns: outputs)
  }

  func prepare(
    _ parameters: [[Float]], _ input: Shape, _ pool: TilePool,
    into prepared: UnsafeMutablePointer<Float>
  ) {
    parameters[0].withUnsafeBufferPointer { kernel in
      guard let kernel = kernel.baseAddress else { return }
      PanelProduct.pack(depth: inputs, columns: outputs, into: prepared, pool) {
        (kernel + $0, inputs)
      }
    }
    _ = UnsafeMutableBufferPointer(start: prepared + preparedKernelCount, count: outputs)
      .update(fromContentsOf: parameters[1])
  }

  func forward(_ pass: LayerPass) {
    if let prepared = pass.prepared {
      return multiply(pass, prepared, prepared + preparedKernelCount)
    }
    let bias = pass.parameters + inputs * outputs
    // In evaluation row by row, as the bits of a product depend on a row's place.
    var rows = pass.count
    if case .evaluation = pass.mode { rows = 1 }
    pass.pool.run(outputs, by: Self.tile) { range, _ in
      for first in stride(from: 0, to: pass.count, by: rows) {
        let result = pass.output + first * outputs + range.lowerBound
        for row in 0..<rows {
          (result + row * outputs).update(from: bias + range.lowerBound, count: range.count)
        }
        BLAS.multiply(
          pass.input + first * inputs, .plain, pass.parameters + range.lowerBound * inputs,
          .transposed, rows: rows, columns: range.count, depth: inputs, into: result, adding: true,
          strides: (nil, nil, outputs))
      }
    }
  }

  /// Multiplies all samples by the prepared kernel, panel by panel.
  private func multiply(
    _ pass: LayerPass, _ prepared: UnsafePointer<Float>, _ bias: UnsafePointer<Float>
  ) {
    let product = PanelProduct(
      taps: 1, length: inputs, columns: outputs, panels: prepared, finish: .init(bias: bias))
    let groups = (pass.count + PanelProduct.rows - 1) / PanelProduct.rows
    let sources = (0..<groups * PanelProduct.rows).map {
      UnsafePointer(pass.input + min($0, pass.count - 1) * inputs)
    }
    let targets = (0..<pass.count).map { pass.output + $0 * outputs }
    sources.withUnsafeBufferPointer { sources in
      targets.withUnsafeBufferPointer { targets in
        guard let source = sources.baseAddress, let target = targets.baseAddress else { return }
        pass.pool.run(PanelProduct.panels(outputs)) { panel, _ in
          product.run(source, rows: pass.count, target, panels: panel..<panel + 1)
        }
      }
    }
  }

  func backward(_ pass: LayerPass, _ gradients: LayerGradients) {
    if let parameters = gradients.parameters {
      pass.pool.run(outputs, by: Self.tile) { range, _ in
        BLAS.multiply(
          gradients.output + range.lowerBound, .transposed, pass.input, .plain, rows: range.count,
          columns: inputs, depth: pass.count, into: parameters + range.lowerBound * inputs,
          strides: (outputs, nil, nil))
      }
      let bias = parameters + inputs * outputs
      bias.update(repeating: 0, count: outputs)
      for sample in 0..<pass.count {
        for output in 0..<outputs { bias[output] += gradients.output[sample * outputs + output] }
      }
    }
    guard let input = gradients.input else { return }
    pass.pool.run(inputs, by: Self.tile) { range, _ in
      BLAS.multiply(
        gradients.output, .plain, pass.parameters + range.lowerBound, .plain, rows: pass.count,
        columns: range.count, depth: outputs, into: input + range.lowerBound,
        strides: (nil, inputs, inputs))
    }
  }
}
