extension Backbone {
  /// MobileNetV2 of width 1 (Sandler and others 2018), with torchvision's names.
  public static let mobileNetV2 = Backbone(
    BackboneDefinition(
      name: "mobilenet-v2", normalisation: .imageNet, smallestSize: 32, openBlocks: 4,
      lastLayer: "classifier.1",
      convolutions: { $0.addMobileNetV2($1) }))
}

extension NetworkBuilder {
  /// Adds the convolutions of MobileNetV2 (Sandler and others 2018, table 2), named as in
  /// torchvision.
  ///
  /// Blocks are torchvision's `features.0` (a convolution), `features.1` to `features.17` (inverted
  /// residuals) and `features.18` (a convolution). At 224x224x3: 300 million multiplications.
  fileprivate mutating func addMobileNetV2(_ norm: BatchNorm.Statistics) {
    let relu6 = ReLU(ceiling: 6)
    beginBlock()
    addConvolution(
      "features.0.0", norm: "features.0.1",
      Convolution(inputs: 3, outputs: 32, kernel: 3, stride: 2, padding: 1), channels: 32, norm,
      relu: relu6)
    var (channels, index) = (32, 1)
    for (expansion, outputs, count, stride) in [
      (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2),
      (6, 320, 1, 1),
    ] {
      for repetition in 0..<count {
        beginBlock()
        addInvertedResidual(
          "features.\(index)", inputs: channels, outputs: outputs, expansion: expansion,
          stride: repetition == 0 ? stride : 1, norm)
        (channels, index) = (outputs, index + 1)
      }
    }
    beginBlock()
    addConvolution(
      "features.18.0", norm: "features.18.1",
      Convolution(inputs: 320, outputs: 1280, kernel: 1, stride: 1, padding: 0), channels: 1280,
      norm, relu: relu6)
  }

  /// Adds a pointwise convolution that widens, a depthwise one, and a projection without a ReLU;
  /// adds the input if the shape is unchanged.
  private mutating func addInvertedResidual(
    _ name: String, inputs: Int, outputs: Int, expansion: Int, stride: Int,
    _ norm: BatchNorm.Statistics
  ) {
    let (start, hidden, relu6) = (last, inputs * expansion, ReLU(ceiling: 6))
    var part = 0
    if expansion > 1 {
      addConvolution(
        "\(name).conv.0.0", norm: "\(name).conv.0.1",
        Convolution(inputs: inputs, outputs: hidden, kernel: 1, stride: 1, padding: 0),
        channels: hidden, norm, relu: relu6)
      part = 1
    }
    addConvolution(
      "\(name).conv.\(part).0", norm: "\(name).conv.\(part).1",
      DepthwiseConvolution(channels: hidden, stride: stride), channels: hidden, norm, relu: relu6)
    addConvolution(
      "\(name).conv.\(part + 1)", norm: "\(name).conv.\(part + 2)",
      Convolution(inputs: hidden, outputs: outputs, kernel: 1, stride: 1, padding: 0),
      channels: outputs, norm, relu: nil)
    if stride == 1, inputs == outputs { addSum("\(name).sum", with: start) }
  }
}
