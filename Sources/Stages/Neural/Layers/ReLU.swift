/// Replaces negative values by zero and, as ReLU6, values above a ceiling by the ceiling.
///
/// Works in place if the layer before it allows that.
struct ReLU: Layer {
  /// The largest output: 6 for the ReLU6 of MobileNet, otherwise infinity.
  var ceiling = Float.infinity

  var worksInPlace: Bool { true }
  var backwardReadsOutput: Bool { true }
  var takesParts: Bool { true }

  func outputShape(_ input: Shape) -> Shape? { input }

  func forward(_ pass: LayerPass) {
    let channels = pass.inputShape.channels
    forEachRow(pass) { row in
      let (from, to) = (pass.input + row * pass.inputStride, pass.output + row * pass.outputStride)
      for index in 0..<channels { to[index] = min(max(from[index], 0), ceiling) }
    }
  }

  func backward(_ pass: LayerPass, _ gradients: LayerGradients) {
    guard let input = gradients.input else { return }
    let channels = pass.inputShape.channels
    forEachRow(pass) { row in
      let y = pass.output + row * pass.outputStride
      let dy = gradients.output + row * gradients.outputStride
      let dx = input + row * gradients.inputStride
      var index = 0
      while index + 16 <= channels {
        let output = Self.load(y + index)
        var outputGradient = Self.load(dy + index)
        outputGradient.replace(with: 0, where: .!((output .> 0) .& (output .< ceiling)))
        UnsafeMutableRawPointer(dx + index).storeBytes(of: outputGradient, as: SIMD16<Float>.self)
        index += 16
      }
      for index in index..<channels {
        dx[index] = y[index] > 0 && y[index] < ceiling ? dy[index] : 0
      }
    }
  }

  private func forEachRow(_ pass: LayerPass, _ body: (_ row: Int) -> Void) {
    let rows = max(1, 16_384 / pass.inputShape.channels)
    pass.pool.run(pass.count * pass.inputShape.positions, by: rows) { range, _ in
      for row in range { body(row) }
    }
  }

  @inline(__always)
  private static func load(_ from: UnsafePointer<Float>) -> SIMD16<Float> {
    UnsafeRawPointer(from).loadUnaligned(as: SIMD16<Float>.self)
  }
}
