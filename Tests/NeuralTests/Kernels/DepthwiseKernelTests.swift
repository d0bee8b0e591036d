import Testing

@testable import Neural

/// The loops beside plain ones, which add in the same order: the bits must be the same.
@Suite struct DepthwiseKernelTests {
  /// Stride, height, width, channels: rows of fewer than seven outputs, of whole groups of seven and of
  /// others; channels of less than a vector, of whole ones and of others.
  static let forms = [1, 2].flatMap { stride in
    [(1, 1), (2, 3), (3, 6), (4, 7), (5, 8), (3, 13), (4, 14), (6, 15), (7, 28), (5, 31)].flatMap {
      height, width in [3, 8, 11, 16, 24, 37].map { (stride, height, width, $0) }
    }
  }

  private struct Scene {
    let (stride, input, output): (Int, Shape, Shape)
    let (sample, weights, bias): ([Float], [Float], [Float])

    init(_ form: (stride: Int, height: Int, width: Int, channels: Int)) {
      stride = form.stride
      input = Shape(height: form.height, width: form.width, channels: form.channels)
      output = Shape(
        height: (form.height - 1) / stride + 1, width: (form.width - 1) / stride + 1,
        channels: form.channels)
      let (pixels, places) = (CounterRandom(seed: 8, 0, 0), CounterRandom(seed: 9, 0, 0))
      sample = (0..<input.count).map { Float(pixels.normal($0)) }
      weights = (0..<9 * form.channels).map { Float(places.normal($0)) }
      bias = (0..<form.channels).map { Float($0 % 5) - 2 }
    }

    /// The places of the window of an output that lie inside the image: kernel row and column, and
    /// where the input is.
    func window(_ y: Int, _ x: Int) -> [(place: Int, pixel: Int)] {
      (0..<9).compactMap { place in
        let (row, column) = (y * stride - 1 + place / 3, x * stride - 1 + place % 3)
        let isInside = 0..<input.height ~= row && 0..<input.width ~= column
        return isInside ? (place, row * input.width + column) : nil
      }
    }

    func output(_ value: (_ y: Int, _ x: Int, _ channel: Int) -> Float) -> [Float] {
      (0..<output.count).map { index in
        let (pixel, channel) = index.quotientAndRemainder(dividingBy: output.channels)
        return value(pixel / output.width, pixel % output.width, channel)
      }
    }
  }

  @Test(arguments: forms) func forwardHasTheBitsOfPlainLoops(form: (Int, Int, Int, Int)) throws {
    let scene = Scene(form)
    let channels = scene.input.channels
    let sums = scene.output { y, x, channel in
      scene.window(y, x).reduce(into: Float(0)) { sum, at in
        sum.addProduct(
          scene.sample[at.pixel * channels + channel], scene.weights[at.place * channels + channel])
      }
    }
    let clipped = zip(sums.indices, sums).map { index, sum in
      min(max(sum + scene.bias[index % channels], 0), 1.5)
    }
    for asksAhead in [false, true] {
      #expect(try forward(scene, isClipped: false, asksAhead) == sums)
      #expect(try forward(scene, isClipped: true, asksAhead) == clipped)
    }
  }

  private func forward(_ scene: Scene, isClipped: Bool, _ asksAhead: Bool) throws -> [Float] {
    var result = [Float](repeating: .nan, count: scene.output.count)
    try withPointers(scene, scene.bias) { sample, weights, bias in
      var kernel = DepthwiseKernel(
        input: scene.input, output: scene.output, stride: scene.stride, weights: weights,
        finish: isClipped ? (bias, Epilogue(floor: 0, ceiling: 1.5)) : nil)
      kernel.asksAhead = asksAhead
      try result.withUnsafeMutableBufferPointer {
        let result = try #require($0.baseAddress)
        for row in 0..<scene.output.height {
          kernel.forward(
            sample, row: row, into: result + row * scene.output.width * scene.output.channels)
        }
      }
    }
    return result
  }

  @Test(arguments: forms) func kernelGradientHasTheBitsOfPlainLoops(
    form: (Int, Int, Int, Int)
  ) throws {
    let scene = Scene(form)
    let channels = scene.input.channels
    let gradient = scene.output { y, x, channel in Float((y * 7 + x * 3 + channel) % 11) / 8 - 0.6 }
    var plain = [Float](repeating: 0.25, count: 9 * channels)
    for pixel in 0..<scene.output.height * scene.output.width {
      for at in scene.window(pixel / scene.output.width, pixel % scene.output.width) {
        for channel in 0..<channels {
          plain[at.place * channels + channel].addProduct(
            scene.sample[at.pixel * channels + channel], gradient[pixel * channels + channel])
        }
      }
    }
    var result = [Float](repeating: 0.25, count: 9 * channels)
    try withPointers(scene, gradient) { sample, weights, gradient in
      let kernel = DepthwiseKernel(
        input: scene.input, output: scene.output, stride: scene.stride, weights: weights)
      try result.withUnsafeMutableBufferPointer {
        kernel.addKernelGradient(sample, gradient, to: try #require($0.baseAddress))
      }
    }
    #expect(result == plain)
  }

  private func withPointers(
    _ scene: Scene, _ values: [Float],
    _ body: (UnsafePointer<Float>, UnsafePointer<Float>, UnsafePointer<Float>) throws -> Void
  ) throws {
    try scene.sample.withUnsafeBufferPointer { sample in
      try scene.weights.withUnsafeBufferPointer { weights in
        try values.withUnsafeBufferPointer { values in
          try body(
            #require(sample.baseAddress), #require(weights.baseAddress),
            #require(values.baseAddress))
        }
      }
    }
  }

  /// A value that is not a number is not clipped away.
  @Test func notANumberStays() throws {
    let shape = Shape(height: 3, width: 8, channels: 8)
    let sample = [Float](repeating: .nan, count: shape.count)
    let (weights, bias) = ([Float](repeating: 1, count: 72), [Float](repeating: 0, count: 8))
    var result = [Float](repeating: 0, count: shape.width * shape.channels)
    sample.withUnsafeBufferPointer { sample in
      weights.withUnsafeBufferPointer { weights in
        bias.withUnsafeBufferPointer { bias in
          result.withUnsafeMutableBufferPointer { result in
            guard let sample = sample.baseAddress, let weights = weights.baseAddress,
              let bias = bias.baseAddress, let result = result.baseAddress
            else { return }
            DepthwiseKernel(
              input: shape, output: shape, stride: 1, weights: weights,
              finish: (bias, Epilogue(floor: 0, ceiling: 6))
            ).forward(sample, row: 1, into: result)
          }
        }
      }
    }
    #expect(result.count { !$0.isNaN } == 0)
  }
}
