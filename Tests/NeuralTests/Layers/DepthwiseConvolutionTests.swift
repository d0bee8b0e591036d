import Testing

@testable import Neural

@Suite struct DepthwiseConvolutionTests {
  /// Stride, height, width; 11 channels are one vector and three more.
  static let forms = [(1, 7, 9), (2, 7, 9), (2, 6, 8), (1, 1, 1)]

  @Test(arguments: forms) func agreesWithPyTorch(form: (Int, Int, Int)) throws {
    let layer = DepthwiseConvolution(channels: 11, stride: form.0)
    let shape = Shape(height: form.1, width: form.2, channels: 11)
    try LayerHarness(layer, shape, count: 2)
      .expectPyTorch("depthwise-\(form.0)-\(form.1)-\(form.2)")
  }

  @Test(arguments: [1, 2]) func threadsDoNotChangeBits(stride: Int) throws {
    let layer = DepthwiseConvolution(channels: 24, stride: stride)
    try LayerHarness(layer, Shape(height: 15, width: 14, channels: 24), count: 11).expectSameBits()
  }
}
