extension Backbone {
  /// VGG16 without batch norm (Simonyan and Zisserman 2015, configuration D), with torchvision's
  /// names.
  ///
  /// At 224x224x3: 15.3 billion multiplications; 14.7 million parameters.
  public static let vgg16 = Backbone(
    BackboneDefinition(
      name: "vgg16", normalisation: .imageNet, smallestSize: 32, openBlocks: 2,
      lastLayer: "classifier.6",
      convolutions: { builder, _ in builder.addVGG(convolutions: [2, 2, 3, 3, 3]) },
      plainHead: { $0.addVGGHead(classes: $1, $2) }))
}

extension NetworkBuilder {
  /// Adds the convolutions of a VGG network without batch norm (Simonyan and Zisserman 2015, table
  /// 1), named as in torchvision: 3x3 convolutions with a bias, each with a ReLU.
  ///
  /// Blocks are the paper's five groups of convolutions, each up to its max pooling, which halves
  /// the resolution; `counts` is the number of convolutions of each.
  mutating func addVGG(convolutions counts: [Int]) {
    var (channels, index) = (3, 0)
    for (outputs, count) in zip([64, 128, 256, 512, 512], counts) {
      beginBlock()
      for _ in 0..<count {
        add(
          "features.\(index)",
          Convolution(
            inputs: channels, outputs: outputs, kernel: 3, stride: 1, padding: 1, hasBias: true))
        add("features.\(index + 1)", ReLU())
        (channels, index) = (outputs, index + 2)
      }
      add("features.\(index)", MaxPool(window: PoolingWindow(size: 2, stride: 2)))
      index += 1
    }
  }

  /// Adds a VGG network's own head: pooling to 7x7 positions whatever the image's size, flattening,
  /// and three dense layers.
  mutating func addVGGHead(classes: Int, _ dropout: Dropout) {
    add("avgpool", AdaptiveAveragePool(size: 7))
    add("flatten", Flatten())
    add(
      "classifier",
      sequence: [
        Dense(inputs: 512 * 7 * 7, outputs: 4096), ReLU(), dropout,
        Dense(inputs: 4096, outputs: 4096), ReLU(), dropout,
        Dense(inputs: 4096, outputs: classes),
      ])
  }
}
