extension LSTM {
  func backward(_ pass: LayerPass, _ gradients: LayerGradients) {
    let steps = pass.inputShape.height
    pass.pool.run(pass.count) { sample, worker in
      rewind(pass, gradients, sample, pass.scratch(of: worker))
    }
    if let parameters = gradients.parameters { sum(pass, into: parameters) }
    guard let input = gradients.input else { return }
    let tiles = (inputs + Self.tile - 1) / Self.tile
    pass.pool.run(pass.count * tiles) { index, _ in
      let (sample, tile) = index.quotientAndRemainder(dividingBy: tiles)
      let range = tile * Self.tile..<min(inputs, (tile + 1) * Self.tile)
      BLAS.multiply(
        pass.partial + sample * steps * gates, .plain, pass.parameters + range.lowerBound, .plain,
        rows: steps, columns: range.count, depth: gates,
        into: input + sample * steps * inputs + range.lowerBound, strides: (nil, inputs, inputs))
    }
  }

  /// Writes the gradients of one sample's gates before their activations, from the last time step
  /// to the first.
  private func rewind(
    _ pass: LayerPass, _ gradients: LayerGradients, _ sample: Int,
    _ scratch: UnsafeMutablePointer<Float>
  ) {
    let steps = pass.inputShape.height
    let kernel = pass.parameters + recurrentStart
    let (ofHidden, ofCell) = (scratch, scratch + hidden)
    ofHidden.update(from: gradients.output + sample * hidden, count: hidden)
    ofCell.update(repeating: 0, count: hidden)
    for step in (0..<steps).reversed() {
      let place = sample * steps + step
      let (state, slope) = (pass.saved + place * stepCount, pass.partial + place * gates)
      for unit in 0..<hidden {
        let (input, forget) = (state[unit], state[hidden + unit])
        let (candidate, output) = (state[2 * hidden + unit], state[3 * hidden + unit])
        let tangent = state[tangentStart + unit]
        let before = step > 0 ? (state - stepCount)[cellStart + unit] : 0
        let cell = ofCell[unit] + ofHidden[unit] * output * (1 - tangent * tangent)
        slope[unit] = cell * candidate * input * (1 - input)
        slope[hidden + unit] = cell * before * forget * (1 - forget)
        slope[2 * hidden + unit] = cell * input * (1 - candidate * candidate)
        slope[3 * hidden + unit] = ofHidden[unit] * tangent * output * (1 - output)
        ofCell[unit] = cell * forget
      }
      guard step > 0 else { break }
      ofHidden.update(repeating: 0, count: hidden)
      for gate in 0..<gates {
        let (factor, row) = (slope[gate], kernel + gate * hidden)
        for unit in 0..<hidden { ofHidden[unit] += factor * row[unit] }
      }
    }
  }

  /// Writes the gradients of the parameters: sums over samples and time steps.
  private func sum(_ pass: LayerPass, into parameters: UnsafeMutablePointer<Float>) {
    let rows = pass.count * pass.inputShape.height
    pass.pool.run(gates, by: Self.tile) { range, _ in
      let slopes = pass.partial + range.lowerBound
      BLAS.multiply(
        slopes, .transposed, pass.input, .plain, rows: range.count, columns: inputs, depth: rows,
        into: parameters + range.lowerBound * inputs, strides: (gates, nil, nil))
      BLAS.multiply(
        slopes, .transposed, pass.saved + previousStart, .plain, rows: range.count,
        columns: hidden, depth: rows, into: parameters + recurrentStart + range.lowerBound * hidden,
        strides: (gates, stepCount, nil))
      let bias = parameters + biasStart + range.lowerBound
      bias.update(repeating: 0, count: range.count)
      for row in 0..<rows {
        for gate in 0..<range.count { bias[gate] += (slopes + row * gates)[gate] }
      }
      // Both biases are added to the same gates.
      (bias + gates).update(from: bias, count: range.count)
    }
  }
}
