extension Convolution {
  /// How the work of the kernel's gradient is divided: a batch into parts, and these into groups of
  /// panels.
  ///
  /// Each part has its own sum, which is cleared, accumulated and added up; each group reads a
  /// part's patches again. So many rows of patches favour more parts, and large kernels favour more
  /// groups.
  func cuts(_ rows: Int, samples: Int) -> (parts: Int, groups: Int) {
    let most = laysOut ? 1 : min(Self.pieces, PanelProduct.panels(outputs))
    let candidates = [1, 2, 4, 8].filter { $0 <= most }
      .map { (parts: min(samples, Self.pieces / $0), groups: $0) }
    func cost(_ cut: (parts: Int, groups: Int)) -> Int {
      cut.groups * rows + Self.sumCost * cut.parts * outputs
    }
    return candidates.min { cost($0) < cost($1) } ?? (min(samples, Self.pieces), 1)
  }

  /// The number of pieces of work: enough to keep a few threads busy until the end.
  private static let pieces = 8
  /// The cost of a value of a sum relative to one of a patch.
  private static let sumCost = 3

  /// The number of floats of the gradient of the kernel and then the bias, for one part.
  var gradientSize: Int { (depth + (hasBias ? 1 : 0)) * outputs }

  /// The number of floats for sums of the kernel's gradient, or for the kernel packed to compute
  /// the input's gradient.
  func gradientCount(_ input: Shape, capacity: Int) -> Int {
    let positions = outputShape(input)?.positions ?? 0
    let packed = PanelProduct.packedCount(
      depth: kernel.rows * kernel.columns * outputs, columns: inputs)
    // A partial batch may be divided into more parts than a full one.
    let counts = [capacity] + (1...min(capacity, Self.pieces))
    let most = counts.map { cuts($0 * positions, samples: $0).parts }.max() ?? 1
    return max(packed, most * gradientSize)
  }

  func backward(_ pass: LayerPass, _ gradients: LayerGradients) {
    precondition(epilogue == nil, "a folded convolution has no backward")
    if let result = gradients.parameters {
      if usesWinograd {
        sumKernelGradientByWinograd(pass, gradients, into: result)
      } else {
        sumKernelGradient(pass, gradients, into: result)
      }
    }
    guard let input = gradients.input else { return }
    if usesWinograd {
      multiplyBackByWinograd(pass, gradients, into: input)
    } else {
      multiplyBack(pass, gradients, into: input)
    }
  }

  private func sumKernelGradient(
    _ pass: LayerPass, _ gradients: LayerGradients, into result: UnsafeMutablePointer<Float>
  ) {
    let (size, apart) = (gradientSize, gradients.outputStride)
    let (parts, groups) = cuts(pass.count * pass.outputShape.positions, samples: pass.count)
    let samples = (pass.count + parts - 1) / parts
    let used = (pass.count + samples - 1) / samples
    let walk = walk(pass)
    let product = OuterProduct(length: laysOut ? depth : inputs, columns: outputs)
    let (taps, panels) = (laysOut ? 1 : walk.taps.count, PanelProduct.panels(outputs))
    pass.pool.run(used * groups) { job, worker in
      let (part, group) = job.quotientAndRemainder(dividingBy: groups)
      let sum = used > 1 ? pass.partial + part * size : result
      let own = panels * group / groups..<panels * (group + 1) / groups
      clear(own, of: sum)
      let packed = panel(pass, worker)
      let first = part * samples * walk.positions
      let end = min(pass.count, (part + 1) * samples) * walk.positions
      Self.withTable(OuterProduct.rows * taps) { table in
        for row in Swift.stride(from: first, to: end, by: OuterProduct.rows) {
          let rows = row..<min(end, row + OuterProduct.rows)
          locate(rows, pass, walk, worker, table)
          let outputGradient = gradients.output + row * apart
          product.add(
            table, taps: taps, rows: rows.count, outputGradient, apart, packed: packed, panels: own,
            to: sum)
          if hasBias, group == 0 {
            addRows(outputGradient, apart, rows.count, to: sum + depth * outputs)
          }
        }
      }
    }
    guard used > 1 else { return }
    pass.pool.run(size, by: 16_384) { range, _ in
      for index in range { result[index] = pass.partial[index] }
      for part in 1..<used {
        let sum = pass.partial + part * size
        for index in range { result[index] += sum[index] }
      }
    }
  }

  /// Clears some panels of a sum and, with the first of them, the bias.
  private func clear(_ panels: Range<Int>, of sum: UnsafeMutablePointer<Float>) {
    let columns = panels.lowerBound * PanelProduct.columns
    let count = min(outputs, panels.upperBound * PanelProduct.columns) - columns
    for row in 0..<depth { (sum + row * outputs + columns).update(repeating: 0, count: count) }
    if hasBias, columns == 0 {
      (sum + depth * outputs).update(repeating: 0, count: outputs)
    }
  }

  /// Adds the sum of some rows of the output's gradient to that of the bias.
  ///
  /// The rows are summed separately first, so that precision does not suffer with many rows.
  func addRows(
    _ outputGradient: UnsafePointer<Float>, _ apart: Int, _ count: Int,
    to bias: UnsafeMutablePointer<Float>
  ) {
    withUnsafeTemporaryAllocation(of: Float.self, capacity: outputs) { sum in
      sum.initialize(repeating: 0)
      for row in 0..<count {
        let dy = outputGradient + row * apart
        for output in 0..<outputs { sum[output] += dy[output] }
      }
      for output in 0..<outputs { bias[output] += sum[output] }
    }
  }

  /// Computes the gradient of the input: that of the output, multiplied by the kernel's transpose.
  ///
  /// With stride s, every s-th input position of a row is reached by the same taps. So the
  /// computation is split into s x s phases, each a convolution with stride 1.
  private func multiplyBack(
    _ pass: LayerPass, _ gradients: LayerGradients, into input: UnsafeMutablePointer<Float>
  ) {
    for top in 0..<min(stride, pass.inputShape.height) {
      for left in 0..<min(stride, pass.inputShape.width) {
        multiplyBack(pass, gradients, phase: Extent(rows: top, columns: left), into: input)
      }
    }
  }

  /// A kernel tap that a phase reads, and its index in the kernel.
  private typealias Reached = (tap: PatchWalk.Tap, index: Int)

  private func reached(_ phase: Extent) -> [Reached] {
    var found: [Reached] = []
    for row in 0..<kernel.rows where (phase.rows + padding.rows - row) % stride == 0 {
      for column in 0..<kernel.columns
      where (phase.columns + padding.columns - column) % stride == 0 {
        let tap = PatchWalk.Tap(
          row: (phase.rows + padding.rows - row) / stride,
          column: (phase.columns + padding.columns - column) / stride)
        found.append((tap, row * kernel.columns + column))
      }
    }
    return found
  }

  private func multiplyBack(
    _ pass: LayerPass, _ gradients: LayerGradients, phase: Extent,
    into input: UnsafeMutablePointer<Float>
  ) {
    let (shape, stride) = (pass.inputShape, stride)
    let taps = reached(phase)
    let walk = PatchWalk(
      source: pass.outputShape, stride: gradients.outputStride,
      lattice: Extent(
        rows: (shape.height - phase.rows + stride - 1) / stride,
        columns: (shape.width - phase.columns + stride - 1) / stride),
      step: 1, taps: taps.map(\.tap))
    func target(_ row: Int) -> UnsafeMutablePointer<Float> {
      let (line, column) = row.quotientAndRemainder(dividingBy: walk.lattice.columns)
      let (sample, y) = line.quotientAndRemainder(dividingBy: walk.lattice.rows)
      let place = (sample * shape.height + y * stride + phase.rows) * shape.width
      return input + (place + column * stride + phase.columns) * gradients.inputStride
    }
    guard !taps.isEmpty else {
      return pass.pool.run(pass.count * walk.positions, by: 4096) { rows, _ in
        for row in rows { target(row).update(repeating: 0, count: inputs) }
      }
    }
    PanelProduct.pack(depth: taps.count * outputs, columns: inputs, into: pass.partial, pass.pool) {
      let (tap, output) = $0.quotientAndRemainder(dividingBy: outputs)
      return (pass.parameters + taps[tap].index * inputs * outputs + output, outputs)
    }
    let product = PanelProduct(
      taps: taps.count, length: outputs, columns: inputs, panels: UnsafePointer(pass.partial))
    Self.multiply(
      product, count: pass.count * walk.positions, by: Self.tileRows(length: outputs), pass.pool,
      sources: { rows, worker, table in
        walk.fill(rows, of: gradients.output, zeros: zeros(pass, worker), into: table)
      }, target: target)
  }
}
