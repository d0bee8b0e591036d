import Testing

@testable import Neural

@Suite struct ConvolutionTests {
  /// Kernel, stride, padding.
  static let forms = [(3, 1, 1), (3, 2, 1), (5, 3, 2), (1, 1, 0), (2, 1, 0)]

  private func harness(_ form: (Int, Int, Int)) throws -> LayerHarness {
    let layer = Convolution(inputs: 2, outputs: 3, kernel: form.0, stride: form.1, padding: form.2)
    return try LayerHarness(layer, Shape(height: 5, width: 6, channels: 2), count: 2)
  }

  @Test(arguments: forms) func agreesWithPyTorch(form: (Int, Int, Int)) throws {
    try harness(form).expectPyTorch("convolution-\(form.0)-\(form.1)-\(form.2)")
  }

  @Test(arguments: forms) func agreesWithDifferences(form: (Int, Int, Int)) throws {
    let harness = try harness(form)
    let out = try #require(harness.network.shapes.last)
    let (kernel, stride, padding) = form
    harness.expectDifferences { x, weight in
      var y: [Double] = []
      for sample in 0..<2 {
        for row in 0..<out.height {
          for column in 0..<out.width {
            for output in 0..<3 {
              var sum = 0.0
              for input in 0..<2 {
                for ky in 0..<kernel {
                  for kx in 0..<kernel {
                    let (v, u) = (row * stride + ky - padding, column * stride + kx - padding)
                    guard (0..<5).contains(v), (0..<6).contains(u) else { continue }
                    sum +=
                      x[((sample * 5 + v) * 6 + u) * 2 + input]
                      * weight[((output * 2 + input) * kernel + ky) * kernel + kx]
                  }
                }
              }
              y.append(sum)
            }
          }
        }
      }
      return y
    }
  }

  /// Kernel, stride, padding.
  static let rectangles = [
    (Extent(rows: 1, columns: 7), 1, Extent(rows: 0, columns: 3)),
    (Extent(rows: 7, columns: 1), 1, Extent(rows: 3, columns: 0)),
    (Extent(rows: 3, columns: 2), 2, Extent(rows: 1, columns: 0)),
  ]

  @Test(arguments: rectangles) func rectangularKernelsWithBiasAgreeWithPyTorch(
    kernel: Extent, stride: Int, padding: Extent
  ) throws {
    let layer = Convolution(
      inputs: 2, outputs: 3, kernel: kernel, stride: stride, padding: padding, hasBias: true)
    let name =
      "convolution-\(kernel.rows)x\(kernel.columns)-\(stride)"
      + "-\(padding.rows)x\(padding.columns)-bias"
    try LayerHarness(layer, Shape(height: 5, width: 6, channels: 2), count: 2)
      .expectPyTorch(name)
  }

  @Test(arguments: [true, false]) func threadsDoNotChangeBits(hasBias: Bool) throws {
    let layer = Convolution(
      inputs: 16, outputs: 24, kernel: 3, stride: 1, padding: 1, hasBias: hasBias)
    try LayerHarness(layer, Shape(height: 20, width: 20, channels: 16), count: 11).expectSameBits()
  }

  @Test(arguments: [16, 64, 192, 1024], [1, 7, 25, 56])
  func partialBatchesHaveRoomForTheirSums(outputs: Int, edge: Int) {
    let layer = Convolution(inputs: 16, outputs: outputs, kernel: 1, stride: 1, padding: 0)
    let shape = Shape(height: edge, width: edge, channels: 16)
    for capacity in 1...40 {
      let room = layer.gradientCount(shape, capacity: capacity)
      for count in 1...capacity {
        let parts = layer.cuts(count * shape.positions, samples: count).parts
        #expect(parts * layer.gradientSize <= room, "\(count) of \(capacity)")
      }
    }
  }

  @Test(arguments: [1, 3]) func partialBatchesHaveTheSameGradients(kernel: Int) throws {
    var builder = NetworkBuilder()
    builder.add(
      "conv",
      Convolution(
        inputs: 16, outputs: 64, kernel: kernel, stride: 1, padding: kernel / 2, hasBias: true))
    let network = try builder.network(input: Shape(height: 8, width: 8, channels: 16))
    let mode = PassMode.training(DropoutDraws(seed: 0, step: 0, firstPosition: 0))
    let samples = formula(5 * network.input.count, salt: 1)
    let outputGradient = formula(5 * network.shapes[0].count, salt: 2)
    let gradients = [5, 8].map { capacity in
      var weights = Weights(network, seed: 1)
      let workspace = Workspace(network, capacity: capacity, threads: 2)
      _ = workspace.forward(&weights, samples, count: 5, mode: mode)
      var gradient = [Float](repeating: 0, count: network.table.parameterCount)
      let input = gradient.withUnsafeMutableBufferPointer {
        workspace.backward(
          weights, from: outputGradient, count: 5, mode: mode, parameterGradient: $0.baseAddress,
          wanted: -1)
      }
      return input + gradient
    }
    #expect(gradients[0] == gradients[1])
    #expect(gradients[0].contains { $0 != 0 })
  }

  @Test func refusesImagesSmallerThanTheKernel() {
    let layer = Convolution(inputs: 3, outputs: 4, kernel: 5, stride: 1, padding: 0)
    #expect(layer.outputShape(Shape(height: 4, width: 9, channels: 3)) == nil)
    #expect(layer.outputShape(Shape(height: 5, width: 9, channels: 2)) == nil)
  }
}
