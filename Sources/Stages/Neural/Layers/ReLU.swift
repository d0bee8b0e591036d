/// Replaces negative numbers by zero and, as ReLU6, those above a ceiling by it.
///
/// Works in place where the layer before allows it.
struct ReLU: Layer {
  /// The largest output: 6 for the ReLU6 of MobileNet, else infinite.
  var ceiling = Float.infinity

  private static let tile = 16_384

  var worksInPlace: Bool { true }
  var backwardReadsOutput: Bool { true }

  func outputShape(_ input: Shape) -> Shape? { input }

  func forward(_ pass: LayerPass) {
    pass.pool.run(pass.count * pass.inputShape.count, by: Self.tile) { range, _ in
      for index in range { pass.output[index] = min(max(pass.input[index], 0), ceiling) }
    }
  }

  func backward(_ pass: LayerPass, _ gradients: LayerGradients) {
    guard let input = gradients.input else { return }
    pass.pool.run(pass.count * pass.inputShape.count, by: Self.tile) { range, _ in
      var index = range.lowerBound
      while index + 16 <= range.upperBound {
        let output = Self.load(pass.output + index)
        var slope = Self.load(gradients.output + index)
        slope.replace(with: 0, where: .!((output .> 0) .& (output .< ceiling)))
        UnsafeMutableRawPointer(input + index).storeBytes(of: slope, as: SIMD16<Float>.self)
        index += 16
      }
      for index in index..<range.upperBound {
        let output = pass.output[index]
        input[index] = output > 0 && output < ceiling ? gradients.output[index] : 0
      }
    }
  }

  @inline(__always)
  private static func load(_ from: UnsafePointer<Float>) -> SIMD16<Float> {
    UnsafeRawPointer(from).loadUnaligned(as: SIMD16<Float>.self)
  }
}
