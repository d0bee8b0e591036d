import Testing

@testable import Neural

@Suite struct PoolingTests {
  /// Size and stride.
  static let windows = [(2, 2), (3, 2)]
  private static let shape = Shape(height: 5, width: 6, channels: 3)

  private func reference(
    _ x: [Double], _ size: Int, _ stride: Int, _ join: ([Double]) -> Double
  ) -> [Double] {
    var y: [Double] = []
    for sample in 0..<2 {
      for row in 0...(5 - size) / stride {
        for column in 0...(6 - size) / stride {
          for channel in 0..<3 {
            y.append(
              join(
                (0..<size * size).map { at in
                  let (v, u) = (row * stride + at / size, column * stride + at % size)
                  return x[((sample * 5 + v) * 6 + u) * 3 + channel]
                }))
          }
        }
      }
    }
    return y
  }

  @Test(arguments: windows) func maxPoolAgrees(size: Int, stride: Int) throws {
    let layer = MaxPool(window: PoolingWindow(size: size, stride: stride))
    let harness = try LayerHarness(layer, Self.shape, count: 2)
    try harness.expectPyTorch("max-pool-\(size)-\(stride)")
    harness.expectDifferences { x, _ in reference(x, size, stride) { $0.max() ?? 0 } }
    harness.expectSameBits()
  }

  @Test(arguments: windows) func averagePoolAgrees(size: Int, stride: Int) throws {
    let layer = AveragePool(window: PoolingWindow(size: size, stride: stride))
    let harness = try LayerHarness(layer, Self.shape, count: 2)
    try harness.expectPyTorch("average-pool-\(size)-\(stride)")
    harness.expectDifferences { x, _ in
      reference(x, size, stride) { $0.reduce(0, +) / Double($0.count) }
    }
    harness.expectSameBits()
  }

  @Test func maxPoolIgnoresPaddingAndAveragePoolCountsZeros() throws {
    let maxima = MaxPool(window: PoolingWindow(size: 3, stride: 2, padding: 1))
    try LayerHarness(maxima, Self.shape, count: 2).expectPyTorch("max-pool-3-2-1")
    let means = AveragePool(window: PoolingWindow(size: 3, stride: 1, padding: 1))
    try LayerHarness(means, Self.shape, count: 2).expectPyTorch("average-pool-3-1-1")
  }

  /// The last window begins inside the image or its left padding, else it is dropped; one image is
  /// smaller than the window.
  ///
  /// Forms are size, stride, padding, input height and width.
  @Test(arguments: [
    [3, 2, 0, 6, 9], [2, 2, 0, 5, 6], [3, 1, 1, 4, 5], [2, 3, 1, 6, 4], [3, 2, 0, 2, 2],
  ])
  func maxPoolRoundsUpAsPyTorch(form: [Int]) throws {
    let window = PoolingWindow(size: form[0], stride: form[1], padding: form[2], roundsUp: true)
    let harness = try LayerHarness(
      MaxPool(window: window), Shape(height: form[3], width: form[4], channels: 3), count: 2)
    try harness.expectPyTorch("max-pool-" + form.map { "\($0)" }.joined(separator: "-") + "-up")
    harness.expectSameBits()
  }

  @Test func refusesImagesSmallerThanTheWindow() {
    let window = PoolingWindow(size: 3, stride: 2)
    #expect(window.outputShape(Shape(height: 2, width: 5, channels: 1)) == nil)
    let padded = PoolingWindow(size: 3, stride: 2, padding: 1)
    #expect(
      padded.outputShape(Shape(height: 1, width: 2, channels: 1))
        == Shape(height: 1, width: 1, channels: 1))
  }

  @Test func globalAveragePoolAgrees() throws {
    let harness = try LayerHarness(
      GlobalAveragePool(), Shape(height: 3, width: 4, channels: 5), count: 2)
    try harness.expectPyTorch("global-average-pool")
    harness.expectDifferences { x, _ in
      var y = [Double](repeating: 0, count: 10)
      for (index, value) in x.enumerated() { y[index / 60 * 5 + index % 5] += value / 12 }
      return y
    }
  }

  @Test func firstOfEqualMaximaGetsTheGradient() throws {
    let network = try chain(
      [Dropout(rate: 0), MaxPool(window: PoolingWindow(size: 2, stride: 2))],
      Shape(height: 2, width: 2, channels: 1))
    let workspace = Workspace(network, capacity: 1, threads: 1)
    var weights = Weights(network, seed: 0)
    _ = workspace.forward(&weights, [1, 3, 3, 3], count: 1, mode: .evaluation)
    let gradient = workspace.backward(
      weights, from: [2], count: 1, mode: .evaluation, wanted: 0)
    #expect(gradient == [0, 2, 0, 0])
  }
}
