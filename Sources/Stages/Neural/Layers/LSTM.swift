internal import Foundation

/// One layer of long short-term memory over the rows of a map (Hochreiter and Schmidhuber 1997,
/// with the forget gate of Gers and others 2000).
///
/// N x H x W x C to N x hidden: each of the H rows is a time step of W x C values, top to bottom,
/// and the output is the hidden state after the last. It is PyTorch's `nn.LSTM`, batch first, on
/// `x.permute(0, 2, 3, 1).flatten(2)`, with its names and its order of gates: input, forget, cell,
/// output. Kernels are 4 hidden x in and 4 hidden x hidden.
struct LSTM: Layer {
  /// The number of values per time step.
  let inputs: Int
  /// The number of values of the hidden state.
  let hidden: Int

  var tensors: [TensorDeclaration] {
    let initial = TensorDeclaration.Initial.uniform(bound: 1 / Double(hidden).squareRoot())
    return [
      .init("weight_ih_l0", [gates, inputs], initial),
      .init("weight_hh_l0", [gates, hidden], initial),
      .init("bias_ih_l0", [gates], initial), .init("bias_hh_l0", [gates], initial),
    ]
  }

  func outputShape(_ input: Shape) -> Shape? {
    input.width * input.channels == inputs ? Shape(height: 1, width: 1, channels: hidden) : nil
  }

  /// The number of values of all four gates.
  var gates: Int { 4 * hidden }
  /// The first value of the kernel of the hidden state, and of the two biases, in the parameters.
  var recurrentStart: Int { gates * inputs }
  var biasStart: Int { gates * (inputs + hidden) }

  /// The number of values kept per time step: the gates, the cell, its hyperbolic tangent, and the
  /// hidden state before the step.
  var stepCount: Int { 7 * hidden }
  /// Where the parts of a time step after the gates begin.
  var cellStart: Int { 4 * hidden }
  var tangentStart: Int { 5 * hidden }
  var previousStart: Int { 6 * hidden }

  func savedCount(_ input: Shape, capacity: Int) -> Int { capacity * input.height * stepCount }

  /// The gradients of the gates before their activations.
  func partialCount(_ input: Shape, capacity: Int, forGradients: Bool) -> Int {
    forGradients ? capacity * input.height * gates : 0
  }

  /// The gradients of the hidden state and of the cell.
  func scratchCount(_ input: Shape) -> Int { 2 * hidden }

  /// The number of gates, or inputs, per tile; each tile is a separate product.
  static let tile = 128

  func forward(_ pass: LayerPass) {
    let (steps, size) = (pass.inputShape.height, pass.inputShape.height * stepCount)
    addInputs(pass)
    pass.pool.run(pass.count) { sample, _ in
      let first = pass.saved + sample * size
      (first + previousStart).update(repeating: 0, count: hidden)
      for step in 0..<steps {
        let isLast = step == steps - 1
        advance(
          pass, first + step * stepCount, isFirst: step == 0,
          into: isLast
            ? pass.output + sample * hidden : first + (step + 1) * stepCount + previousStart)
      }
    }
  }

  /// Writes the biases and the products of all time steps' inputs to the gates.
  ///
  /// A product has the rows of one sample, so that its bits do not depend on the other samples.
  private func addInputs(_ pass: LayerPass) {
    let steps = pass.inputShape.height
    let tiles = (gates + Self.tile - 1) / Self.tile
    let (bias, recurrentBias) = (pass.parameters + biasStart, pass.parameters + biasStart + gates)
    pass.pool.run(pass.count * tiles) { index, _ in
      let (sample, tile) = index.quotientAndRemainder(dividingBy: tiles)
      let range = tile * Self.tile..<min(gates, (tile + 1) * Self.tile)
      let states = pass.saved + sample * steps * stepCount
      for step in 0..<steps {
        for gate in range { (states + step * stepCount)[gate] = bias[gate] + recurrentBias[gate] }
      }
      BLAS.multiply(
        pass.input + sample * steps * inputs, .plain, pass.parameters + range.lowerBound * inputs,
        .transposed, rows: steps, columns: range.count, depth: inputs,
        into: states + range.lowerBound, adding: true, strides: (nil, nil, stepCount))
    }
  }

  /// Completes one time step of one sample, and writes its hidden state.
  private func advance(
    _ pass: LayerPass, _ state: UnsafeMutablePointer<Float>, isFirst: Bool,
    into next: UnsafeMutablePointer<Float>
  ) {
    let (cell, tangent) = (state + cellStart, state + tangentStart)
    // The hidden state before the first step is zero.
    if !isFirst {
      let kernel = pass.parameters + recurrentStart
      for gate in 0..<gates {
        state[gate] += Self.product(kernel + gate * hidden, state + previousStart, hidden)
      }
    }
    for unit in 0..<hidden {
      let input = Self.sigmoid(state[unit])
      let forget = Self.sigmoid(state[hidden + unit])
      let candidate = Float(tanh(Double(state[2 * hidden + unit])))
      let output = Self.sigmoid(state[3 * hidden + unit])
      let kept = isFirst ? 0 : forget * (cell - stepCount)[unit]
      cell[unit] = kept + input * candidate
      tangent[unit] = Float(tanh(Double(cell[unit])))
      next[unit] = output * tangent[unit]
      (state[unit], state[hidden + unit]) = (input, forget)
      (state[2 * hidden + unit], state[3 * hidden + unit]) = (candidate, output)
    }
  }

  /// In double precision, so that the exponentials of different libraries agree after rounding.
  private static func sigmoid(_ value: Float) -> Float { Float(1 / (1 + exp(-Double(value)))) }

  /// The scalar product of two vectors, summed in a fixed order.
  private static func product(
    _ left: UnsafePointer<Float>, _ right: UnsafePointer<Float>, _ count: Int
  ) -> Float {
    var sums = SIMD16<Float>.zero
    var at = 0
    while at + 16 <= count {
      sums.addProduct(load(left + at), load(right + at))
      at += 16
    }
    let eight = sums.lowHalf + sums.highHalf
    let four = eight.lowHalf + eight.highHalf
    var sum = (four.x + four.z) + (four.y + four.w)
    for at in at..<count { sum += left[at] * right[at] }
    return sum
  }

  @inline(__always)
  private static func load(_ from: UnsafePointer<Float>) -> SIMD16<Float> {
    UnsafeRawPointer(from).loadUnaligned(as: SIMD16<Float>.self)
  }
}
