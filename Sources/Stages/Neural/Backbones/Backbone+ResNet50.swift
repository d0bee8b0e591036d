extension Backbone {
  /// ResNet-50 (He and others 2016), with torchvision's names.
  public static let resNet50 = Backbone(
    BackboneDefinition(
      name: "resnet50", normalisation: .imageNet, smallestSize: 32, openBlocks: 3, lastLayer: "fc",
      convolutions: { $0.addResNet50($1) }))
}

extension NetworkBuilder {
  /// Adds the convolutions of ResNet-50 (He and others 2016, table 1), named as in torchvision.
  ///
  /// As in torchvision, the 3x3 convolution of a bottleneck halves the resolution, not the first
  /// 1x1 one. Blocks are the stem up to its max pooling, then the 16 bottlenecks `layer1.0` to
  /// `layer4.2`: 17. At 224x224x3: 4.1 billion multiplications; 23.5 million parameters.
  fileprivate mutating func addResNet50(_ norm: BatchNorm.Statistics) {
    beginBlock()
    addConvolution(
      "conv1", norm: "bn1",
      Convolution(inputs: 3, outputs: 64, kernel: 7, stride: 2, padding: 3), channels: 64, norm,
      relu: ReLU())
    add("maxpool", MaxPool(window: PoolingWindow(size: 3, stride: 2, padding: 1)))
    var channels = 64
    for (layer, (width, count)) in [(64, 3), (128, 4), (256, 6), (512, 3)].enumerated() {
      for repetition in 0..<count {
        beginBlock()
        addBottleneck(
          "layer\(layer + 1).\(repetition)", inputs: channels, width: width,
          stride: layer > 0 && repetition == 0 ? 2 : 1, norm)
        channels = 4 * width
      }
    }
  }

  /// Adds a pointwise convolution that narrows, a 3x3 one, and one that widens to four times the
  /// width.
  ///
  /// The input is added, through a pointwise convolution of its own if the shape changes.
  private mutating func addBottleneck(
    _ name: String, inputs: Int, width: Int, stride: Int, _ norm: BatchNorm.Statistics
  ) {
    let (start, outputs) = (last, 4 * width)
    addConvolution(
      "\(name).conv1", norm: "\(name).bn1",
      Convolution(inputs: inputs, outputs: width, kernel: 1, stride: 1, padding: 0),
      channels: width, norm, relu: ReLU())
    addConvolution(
      "\(name).conv2", norm: "\(name).bn2",
      Convolution(inputs: width, outputs: width, kernel: 3, stride: stride, padding: 1),
      channels: width, norm, relu: ReLU())
    addConvolution(
      "\(name).conv3", norm: "\(name).bn3",
      Convolution(inputs: width, outputs: outputs, kernel: 1, stride: 1, padding: 0),
      channels: outputs, norm, relu: nil)
    var other = start
    if stride != 1 || inputs != outputs {
      other = last
      addConvolution(
        "\(name).downsample.0", norm: "\(name).downsample.1",
        Convolution(inputs: inputs, outputs: outputs, kernel: 1, stride: stride, padding: 0),
        channels: outputs, norm, relu: nil, after: start)
    }
    addSum("\(name).sum", with: other)
    add("\(name).relu", ReLU())
  }
}
