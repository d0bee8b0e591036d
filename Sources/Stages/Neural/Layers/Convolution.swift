/// A two-dimensional convolution: any rectangular kernel, stride, zero padding, bias or none.
///
/// Patches are laid out as rows of a matrix, a tile at a time, and multiplied with the kernel
/// (Chellapilla, Puri and Simard 2006); for a kernel of 1 the input is that matrix. Input
/// N x H x W x in; kernel height x width x in x out; bias out.
struct Convolution: Foldable {
  let inputs: Int
  let outputs: Int
  let kernel: Extent
  let stride: Int
  let padding: Extent
  /// Whether it has a bias of its own, without which only folding gives it one.
  let hasBias: Bool
  /// What folding joined to it: a bias and what cuts its output off.
  ///
  /// A layer that has one has no backward.
  var epilogue: Epilogue?

  /// A convolution with a rectangular kernel.
  init(
    inputs: Int, outputs: Int, kernel: Extent, stride: Int, padding: Extent, hasBias: Bool = false
  ) {
    (self.inputs, self.outputs, self.kernel) = (inputs, outputs, kernel)
    (self.stride, self.padding, self.hasBias) = (stride, padding, hasBias)
  }

  /// A convolution with a square kernel.
  init(
    inputs: Int, outputs: Int, kernel: Int, stride: Int, padding: Int, hasBias: Bool = false
  ) {
    self.init(
      inputs: inputs, outputs: outputs, kernel: .square(kernel), stride: stride,
      padding: .square(padding), hasBias: hasBias)
  }

  /// Into how many parts a batch is cut for the kernel's gradient, each with a sum of its own.
  private static let parts = 8
  /// Floats of patches a thread holds: a share of a usual second-level cache.
  private static let patchBudget = 1 << 17

  var tensors: [TensorDeclaration] {
    [.init("weight", [outputs, inputs, kernel.rows, kernel.columns], .heNormal(fanIn: depth))]
      + (finish == nil ? [] : [.init("bias", [outputs], .zeros)])
  }

  /// What is done to products, if anything: at least the bias is added where there is one.
  private var finish: Epilogue? { epilogue ?? (hasBias ? Epilogue() : nil) }

  /// Whether the input itself is the matrix of patches.
  private var isPointwise: Bool {
    kernel == .square(1) && stride == 1 && padding == .square(0)
  }

  /// Numbers a patch.
  var depth: Int { kernel.rows * kernel.columns * inputs }
  /// Patches a tile: enough of them to be worth the packing of a large kernel, each time anew.
  var tileRows: Int { min(1024, max(64, Self.patchBudget / depth / 16 * 16)) }

  func outputShape(_ input: Shape) -> Shape? {
    let height = input.height + 2 * padding.rows - kernel.rows
    let width = input.width + 2 * padding.columns - kernel.columns
    guard input.channels == inputs, height >= 0, width >= 0 else { return nil }
    return Shape(height: height / stride + 1, width: width / stride + 1, channels: outputs)
  }

  /// The gradient of the kernel and then the bias, once a part.
  private var gradientSize: Int { (depth + (hasBias ? 1 : 0)) * outputs }

  func partialCount(_ input: Shape, capacity: Int, forGradients: Bool) -> Int {
    forGradients ? min(Self.parts, capacity) * gradientSize : 0
  }

  func scratchCount(_ input: Shape) -> Int { isPointwise ? 0 : tileRows * depth }

  func forward(_ pass: LayerPass) {
    let positions = pass.outputShape.positions
    guard case .evaluation = pass.mode else {
      return pass.pool.run(pass.count * positions, by: tileRows) { rows, worker in
        multiply(pass, rows, worker)
      }
    }
    // No tile reaches from one sample into the next, as a product's bits depend on a row's place.
    let tiles = (positions + tileRows - 1) / tileRows
    pass.pool.run(pass.count * tiles) { index, worker in
      let (sample, tile) = index.quotientAndRemainder(dividingBy: tiles)
      let start = sample * positions
      let rows = start + tile * tileRows..<start + min(positions, (tile + 1) * tileRows)
      multiply(pass, rows, worker)
    }
  }

  private func multiply(_ pass: LayerPass, _ rows: Range<Int>, _ worker: Int) {
    let result = pass.output + rows.lowerBound * outputs
    let patches: UnsafeMutablePointer<Float>
    if isPointwise {
      patches = pass.input + rows.lowerBound * depth
    } else {
      patches = pass.scratch(of: worker)
      gather(pass, rows, into: patches)
    }
    BLAS.multiply(
      patches, .plain, pass.parameters, .plain, rows: rows.count, columns: outputs, depth: depth,
      into: result)
    finish?.apply(
      bias: pass.parameters + depth * outputs, to: result, rows: rows.count, channels: outputs)
  }

  func backward(_ pass: LayerPass, _ gradients: LayerGradients) {
    precondition(epilogue == nil, "a folded convolution has no backward")
    let size = gradientSize
    let samples = (pass.count + Self.parts - 1) / Self.parts
    let positions = pass.outputShape.positions
    pass.pool.run(pass.count, by: samples) { range, worker in
      let sum = pass.partial + range.lowerBound / samples * size
      let scratch = pass.scratch(of: worker)
      if let input = gradients.input, !isPointwise {
        (input + range.lowerBound * pass.inputShape.count)
          .update(repeating: 0, count: range.count * pass.inputShape.count)
      }
      let all = range.lowerBound * positions..<range.upperBound * positions
      for first in Swift.stride(from: all.lowerBound, to: all.upperBound, by: tileRows) {
        let rows = first..<min(all.upperBound, first + tileRows)
        let slope = gradients.output + rows.lowerBound * outputs
        if gradients.parameters != nil {
          let patches = isPointwise ? pass.input + rows.lowerBound * depth : scratch
          if !isPointwise { gather(pass, rows, into: patches) }
          BLAS.multiply(
            patches, .transposed, slope, .plain, rows: depth, columns: outputs, depth: rows.count,
            into: sum, adding: first > all.lowerBound)
          if hasBias {
            let bias = sum + depth * outputs
            addRows(slope, rows.count, to: bias, adding: first > all.lowerBound)
          }
        }
        if let input = gradients.input {
          let patches = isPointwise ? input + rows.lowerBound * depth : scratch
          BLAS.multiply(
            slope, .plain, pass.parameters, .transposed, rows: rows.count, columns: depth,
            depth: outputs, into: patches)
          if !isPointwise { scatter(pass, patches, rows, into: input) }
        }
      }
    }
    guard let result = gradients.parameters else { return }
    let used = (pass.count + samples - 1) / samples
    pass.pool.run(size, by: 16_384) { range, _ in
      for index in range { result[index] = pass.partial[index] }
      for part in 1..<max(1, used) {
        let sum = pass.partial + part * size
        for index in range { result[index] += sum[index] }
      }
    }
  }

  /// The sum of some rows of the output's gradient, which is the bias's; a tile's rows are added up
  /// by themselves first, so that many add up to no less than few.
  private func addRows(
    _ slope: UnsafePointer<Float>, _ count: Int, to bias: UnsafeMutablePointer<Float>, adding: Bool
  ) {
    withUnsafeTemporaryAllocation(of: Float.self, capacity: outputs) { sum in
      sum.initialize(repeating: 0)
      for row in 0..<count {
        let dy = slope + row * outputs
        for output in 0..<outputs { sum[output] += dy[output] }
      }
      for output in 0..<outputs { bias[output] = (adding ? bias[output] : 0) + sum[output] }
    }
  }

  /// Where a patch lies: its sample, its top row and the kernel columns inside the image.
  private struct Window {
    let sample: Int
    let top: Int
    let left: Int
    let columns: Range<Int>
  }

  private func window(_ row: Int, _ input: Shape, _ output: Shape) -> Window {
    let (sample, at) = row.quotientAndRemainder(dividingBy: output.positions)
    let (y, x) = at.quotientAndRemainder(dividingBy: output.width)
    let left = x * stride - padding.columns
    let low = min(kernel.columns, max(0, -left))
    let high = max(low, min(kernel.columns, input.width - left))
    return Window(sample: sample, top: y * stride - padding.rows, left: left, columns: low..<high)
  }

  /// Lays the patches of some output positions out as rows.
  private func gather(
    _ pass: LayerPass, _ rows: Range<Int>, into patches: UnsafeMutablePointer<Float>
  ) {
    let (shape, run) = (pass.inputShape, kernel.columns * inputs)
    var target = patches
    for row in rows {
      let window = window(row, shape, pass.outputShape)
      for y in window.top..<window.top + kernel.rows {
        if y < 0 || y >= shape.height || window.columns.isEmpty {
          target.update(repeating: 0, count: run)
        } else {
          let inside = window.columns
          let column = (window.sample * shape.height + y) * shape.width + window.left
          let source = pass.input + (column + inside.lowerBound) * inputs
          let before = inside.lowerBound * inputs
          let length = inside.count * inputs
          target.update(repeating: 0, count: before)
          (target + before).update(from: source, count: length)
          (target + before + length).update(repeating: 0, count: run - before - length)
        }
        target += run
      }
    }
  }

  /// Adds rows of patch gradients to where the patches were taken from.
  private func scatter(
    _ pass: LayerPass, _ patches: UnsafePointer<Float>, _ rows: Range<Int>,
    into gradient: UnsafeMutablePointer<Float>
  ) {
    let (shape, run) = (pass.inputShape, kernel.columns * inputs)
    var source = patches
    for row in rows {
      let window = window(row, shape, pass.outputShape)
      for y in window.top..<window.top + kernel.rows {
        if y >= 0, y < shape.height, !window.columns.isEmpty {
          let inside = window.columns
          let column = (window.sample * shape.height + y) * shape.width + window.left
          let target = gradient + (column + inside.lowerBound) * inputs
          let start = source + inside.lowerBound * inputs
          for index in 0..<inside.count * inputs { target[index] += start[index] }
        }
        source += run
      }
    }
  }
}
