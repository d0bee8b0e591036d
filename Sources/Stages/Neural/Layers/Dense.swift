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

  func forward(_ pass: LayerPass) {
    let bias = pass.parameters + inputs * outputs
    for sample in 0..<pass.count {
      (pass.output + sample * outputs).update(from: bias, count: outputs)
    }
    // In evaluation row by row, as a product's bits depend on a row's place.
    var rows = pass.count
    if case .evaluation = pass.mode { rows = 1 }
    for first in stride(from: 0, to: pass.count, by: rows) {
      BLAS.multiply(
        pass.input + first * inputs, .plain, pass.parameters, .transposed, rows: rows,
        columns: outputs, depth: inputs, into: pass.output + first * outputs, adding: true)
    }
  }

  func backward(_ pass: LayerPass, _ gradients: LayerGradients) {
    if let parameters = gradients.parameters {
      BLAS.multiply(
        gradients.output, .transposed, pass.input, .plain, rows: outputs, columns: inputs,
        depth: pass.count, into: parameters)
      let bias = parameters + inputs * outputs
      bias.update(repeating: 0, count: outputs)
      for sample in 0..<pass.count {
        for output in 0..<outputs { bias[output] += gradients.output[sample * outputs + output] }
      }
    }
    guard let input = gradients.input else { return }
    BLAS.multiply(
      gradients.output, .plain, pass.parameters, .plain, rows: pass.count, columns: inputs,
      depth: outputs,
      into: input)
  }
}
