extension Backbone {
  /// Xception (Chollet 2017), with the names of timm's `legacy_xception`.
  public static let xception = Backbone(
    BackboneDefinition(
      name: "xception", normalisation: .symmetric, smallestSize: 32, openBlocks: 3, lastLayer: "fc",
      convolutions: { $0.addXception($1) }))
}

extension NetworkBuilder {
  /// Adds the convolutions of Xception (Chollet 2017, figure 5), named as in timm's
  /// `legacy_xception`, whose batch norms have PyTorch's epsilon, not the 1e-3 of Keras.
  ///
  /// Blocks are `conv1`, `conv2`, the twelve `block1` to `block12`, and the separable convolutions
  /// `conv3` and `conv4`: 16. At 299x299x3: 8.4 billion multiplications; 20.8 million parameters.
  fileprivate mutating func addXception(_ norm: BatchNorm.Statistics) {
    for (name, normName, inputs, outputs, stride) in [
      ("conv1", "bn1", 3, 32, 2), ("conv2", "bn2", 32, 64, 1),
    ] {
      beginBlock()
      addConvolution(
        name, norm: normName,
        Convolution(inputs: inputs, outputs: outputs, kernel: 3, stride: stride, padding: 0),
        channels: outputs, norm, relu: ReLU())
    }
    for (block, inputs, outputs) in [(1, 64, 128), (2, 128, 256), (3, 256, 728)] {
      beginBlock()
      addXceptionBlock(
        "block\(block)", inputs, [outputs, outputs], stride: 2, startsWithReLU: block > 1, norm)
    }
    for block in 4...11 {
      beginBlock()
      addXceptionBlock("block\(block)", 728, [728, 728, 728], stride: 1, norm)
    }
    beginBlock()
    addXceptionBlock("block12", 728, [728, 1024], stride: 2, norm)
    for (name, normName, inputs, outputs) in [
      ("conv3", "bn3", 1024, 1536), ("conv4", "bn4", 1536, 2048),
    ] {
      beginBlock()
      addSeparable(name, norm: normName, inputs: inputs, outputs: outputs, norm)
      add("\(normName).relu", ReLU())
    }
  }

  /// Adds separable convolutions, each after a ReLU, with max pooling if the stride is 2.
  ///
  /// The input is added, through a pointwise convolution of its own if the shape changes.
  private mutating func addXceptionBlock(
    _ name: String, _ inputs: Int, _ widths: [Int], stride: Int, startsWithReLU: Bool = true,
    _ norm: BatchNorm.Statistics
  ) {
    let (start, outputs) = (last, widths[widths.count - 1])
    var skip = start
    if stride != 1 || inputs != outputs {
      addConvolution(
        "\(name).skip", norm: "\(name).skipbn",
        Convolution(inputs: inputs, outputs: outputs, kernel: 1, stride: stride, padding: 0),
        channels: outputs, norm, relu: nil)
      skip = last
    }
    var (before, channels, part) = (start, inputs, 0)
    for (index, width) in widths.enumerated() {
      if index > 0 || startsWithReLU {
        add("\(name).rep.\(part)", ReLU(), after: before)
        (before, part) = (last, part + 1)
      }
      addSeparable(
        "\(name).rep.\(part)", norm: "\(name).rep.\(part + 1)", inputs: channels, outputs: width,
        norm, after: before)
      (before, channels, part) = (last, width, part + 2)
    }
    if stride != 1 {
      add(
        "\(name).rep.\(part)",
        MaxPool(window: PoolingWindow(size: 3, stride: stride, padding: 1)))
    }
    addSum("\(name).sum", with: skip)
  }

  /// Adds a depthwise convolution, a pointwise one, and a batch norm.
  private mutating func addSeparable(
    _ name: String, norm normName: String, inputs: Int, outputs: Int,
    _ norm: BatchNorm.Statistics, after node: Int? = nil
  ) {
    add("\(name).conv1", DepthwiseConvolution(channels: inputs, stride: 1), after: node)
    addConvolution(
      "\(name).pointwise", norm: normName,
      Convolution(inputs: inputs, outputs: outputs, kernel: 1, stride: 1, padding: 0),
      channels: outputs, norm, relu: nil)
  }
}
