/// A two-dimensional convolution with any rectangular kernel, stride and zero padding, with or
/// without bias.
///
/// Patches are multiplied by the kernel without being copied (`PanelProduct`). Only patches of
/// images, whose few channels make short pieces, are copied into rows first, and 3 x 3 kernels with
/// stride 1 use Winograd's method. Input N x H x W x in; kernel height x width x in x out; bias
/// out.
struct Convolution: Foldable {
  let inputs: Int
  let outputs: Int
  let kernel: Extent
  let stride: Int
  let padding: Extent
  /// Whether it has a bias of its own; otherwise only folding adds one.
  let hasBias: Bool
  /// What folding added: a bias and the bounds of the output.
  ///
  /// A layer with an epilogue has no backward.
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

  var tensors: [TensorDeclaration] {
    [.init("weight", [outputs, inputs, kernel.rows, kernel.columns], .heNormal(fanIn: depth))]
      + (finish == nil ? [] : [.init("bias", [outputs], .zeros)])
  }

  /// The operations applied to products, if any: at least the addition of a bias, if there is one.
  private var finish: Epilogue? { epilogue ?? (hasBias ? Epilogue() : nil) }

  /// Whether patches are copied into rows because their pieces would be short.
  var laysOut: Bool { inputs < 16 && kernel != .square(1) }
  /// The number of values per patch.
  var depth: Int { kernel.rows * kernel.columns * inputs }
  /// The number of values per line of a patch.
  var lineLength: Int { kernel.columns * inputs }
  /// The number of rows per tile, so that what they read stays in a core's cache.
  var tileRows: Int { Self.tileRows(length: laysOut ? depth : inputs) }

  static func tileRows(length: Int) -> Int {
    min(288, max(48, 65_536 / length)) / PanelProduct.rows * PanelProduct.rows
  }

  /// The number of panels by which one thread multiplies a tile's rows before another can take the
  /// tile.
  static let panelsTogether = 8

  func outputShape(_ input: Shape) -> Shape? {
    let height = input.height + 2 * padding.rows - kernel.rows
    let width = input.width + 2 * padding.columns - kernel.columns
    guard input.channels == inputs, height >= 0, width >= 0 else { return nil }
    return Shape(height: height / stride + 1, width: width / stride + 1, channels: outputs)
  }

  func partialCount(_ input: Shape, capacity: Int, forGradients: Bool) -> Int {
    let packed = PanelProduct.packedCount(depth: depth, columns: outputs)
    let plain = max(packed, forGradients ? gradientCount(input, capacity: capacity) : 0)
    return max(plain, winogradCount(input, capacity: capacity, forGradients: forGradients))
  }

  /// The kernel, then the bias, if there is one.
  func preparedCount(_ input: Shape) -> Int { preparedKernelCount + (finish == nil ? 0 : outputs) }

  private var preparedKernelCount: Int {
    usesWinograd
      ? WinogradKernel<FourByFour>.preparedCount(inputs: inputs, outputs: outputs)
      : PanelProduct.packedCount(depth: depth, columns: outputs)
  }

  func prepare(
    _ parameters: [[Float]], _ input: Shape, _ pool: TilePool,
    into prepared: UnsafeMutablePointer<Float>
  ) {
    parameters[0].withUnsafeBufferPointer { kernel in
      guard let kernel = kernel.baseAddress else { return }
      if usesWinograd {
        transform(kernel, FourByFour.self, pool, into: prepared)
      } else {
        pack(kernel, pool, into: prepared)
      }
    }
    for bias in parameters.dropFirst() {
      _ = UnsafeMutableBufferPointer(start: prepared + preparedKernelCount, count: outputs)
        .update(fromContentsOf: bias)
    }
  }

  private func pack(
    _ parameters: UnsafePointer<Float>, _ pool: TilePool, into packed: UnsafeMutablePointer<Float>
  ) {
    PanelProduct.pack(depth: depth, columns: outputs, into: packed, pool) {
      (parameters + $0 * outputs, 1)
    }
  }

  /// How output positions read the input.
  func walk(_ pass: LayerPass) -> PatchWalk {
    var taps: [PatchWalk.Tap] = []
    for row in 0..<kernel.rows {
      for column in 0..<kernel.columns {
        taps.append(.init(row: row - padding.rows, column: column - padding.columns))
      }
    }
    return PatchWalk(
      source: pass.inputShape, stride: pass.inputStride,
      lattice: Extent(rows: pass.outputShape.height, columns: pass.outputShape.width),
      step: stride, taps: taps)
  }

  /// Only if the output is not clipped first.
  var addsResidual: Bool { (epilogue ?? Epilogue()) == Epilogue() }
  var takesActivation: Bool { true }
  var takesParts: Bool { !laysOut }
  var takesRecomputed: Bool { true }

  /// Whether each output position depends on the same input position alone.
  var isPointwise: Bool { kernel == .square(1) && stride == 1 && padding == .square(0) }

  /// The operations applied to the products of a pass, if any.
  func finish(_ pass: LayerPass) -> PanelProduct.Finish? {
    guard finish != nil || pass.residual != nil || pass.activation != nil else { return nil }
    return PanelProduct.Finish(
      epilogue: (finish ?? Epilogue()).followed(by: pass.activation),
      bias: finish == nil
        ? nil : pass.prepared.map { $0 + preparedKernelCount } ?? pass.parameters + depth * outputs,
      residual: pass.residual.map { ($0, UnsafePointer(pass.output)) })
  }

  func forward(_ pass: LayerPass) {
    let finish = finish(pass)
    if usesWinograd { return multiplyByWinograd(pass, finish ?? PanelProduct.Finish()) }
    if pass.prepared == nil { pack(pass.parameters, pass.pool, into: pass.partial) }
    let walk = walk(pass)
    // Whole lines of a patch of few channels are long enough pieces.
    let product = PanelProduct(
      taps: laysOut ? kernel.rows : walk.taps.count, length: laysOut ? lineLength : inputs,
      columns: outputs, panels: pass.prepared ?? UnsafePointer(pass.partial), finish: finish)
    Self.multiply(
      product, count: pass.count * walk.positions, by: tileRows, pass.pool,
      sources: { rows, worker, table in
        if laysOut {
          locateLines(rows, pass, worker, table)
        } else {
          walk.fill(rows, of: pass.input, zeros: zeros(pass, worker), into: table)
        }
      },
      target: { pass.output + $0 * pass.outputStride })
  }
}
