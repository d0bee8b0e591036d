extension Backbone {
  /// DenseNet-121 (Huang and others 2017), with torchvision's names.
  public static let denseNet121 = Backbone(
    BackboneDefinition(
      name: "densenet121", normalisation: .imageNet, smallestSize: 32, openBlocks: 2,
      lastLayer: "classifier",
      convolutions: { $0.addDenseNet121($1) }))
}

extension NetworkBuilder {
  /// Adds the convolutions of DenseNet-121 (Huang and others 2017, table 1; growth 32), named as in
  /// torchvision.
  ///
  /// Blocks are the eight parts of torchvision's `features` that have convolutions: the stem up to
  /// its max pooling, `denseblock1`, `transition1`, and so on to `denseblock4` with the last batch
  /// norm. At 224x224x3: 2.8 billion multiplications; 7.0 million parameters.
  fileprivate mutating func addDenseNet121(_ norm: BatchNorm.Statistics) {
    beginBlock()
    addConvolution(
      "features.conv0", norm: "features.norm0",
      Convolution(inputs: 3, outputs: 64, kernel: 7, stride: 2, padding: 3), channels: 64, norm,
      relu: ReLU())
    add("features.pool0", MaxPool(window: PoolingWindow(size: 3, stride: 2, padding: 1)))
    var channels = 64
    for (index, layers) in [6, 12, 24, 16].enumerated() {
      beginBlock()
      for layer in 1...layers {
        addDenseLayer("features.denseblock\(index + 1).denselayer\(layer)", inputs: channels, norm)
        channels += 32
      }
      guard index < 3 else { break }
      beginBlock()
      let name = "features.transition\(index + 1)"
      add("\(name).norm", BatchNorm(channels: channels, statistics: norm))
      add("\(name).relu", ReLU())
      add(
        "\(name).conv",
        Convolution(inputs: channels, outputs: channels / 2, kernel: 1, stride: 1, padding: 0))
      add("\(name).pool", AveragePool(window: PoolingWindow(size: 2, stride: 2)))
      channels /= 2
    }
    add("features.norm5", BatchNorm(channels: channels, statistics: norm))
    add("features.relu5", ReLU())
  }

  /// Computes 32 channels from all previous ones, by way of 128, and appends them.
  ///
  /// Concatenating layer by layer has the same result as concatenating all at once, and each layer
  /// reads only one node.
  private mutating func addDenseLayer(
    _ name: String, inputs: Int, _ norm: BatchNorm.Statistics
  ) {
    let start = last
    add("\(name).norm1", BatchNorm(channels: inputs, statistics: norm))
    add("\(name).relu1", ReLU())
    addConvolution(
      "\(name).conv1", norm: "\(name).norm2",
      Convolution(inputs: inputs, outputs: 128, kernel: 1, stride: 1, padding: 0), channels: 128,
      norm, relu: ReLU())
    add(
      "\(name).conv2",
      Convolution(inputs: 128, outputs: 32, kernel: 3, stride: 1, padding: 1))
    addConcatenation("\(name).concatenation", of: [start, last])
  }
}
