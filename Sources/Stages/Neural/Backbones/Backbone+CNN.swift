extension Backbone {
  /// Four 3x3 convolutions of 16, 32, 64 and 128 channels, each with batch norm and ReLU.
  public static let cnn = Backbone(
    BackboneDefinition(
      name: "cnn", normalisation: .standard, smallestSize: 8, openBlocks: 2,
      lastLayer: "classifier.1",
      convolutions: { $0.addCNN($1) }))
}

extension NetworkBuilder {
  /// Adds the convolutions of `Backbone.cnn`, one block each.
  ///
  /// The first halves the resolution by its stride, as full resolution costs the most and
  /// contributes the least; max pooling halves it after the second and third. At 64x64x3 one image
  /// takes 14.6 million multiplications, and Grad-CAM has 8x8 positions; 115 thousand parameters
  /// with 5 classes.
  mutating func addCNN(_ norm: BatchNorm.Statistics) {
    var index = 0
    func name() -> String {
      defer { index += 1 }
      return "features.\(index)"
    }
    for (inputs, outputs, stride, pools) in [
      (3, 16, 2, false), (16, 32, 1, true), (32, 64, 1, true), (64, 128, 1, false),
    ] {
      beginBlock()
      add(
        name(),
        Convolution(inputs: inputs, outputs: outputs, kernel: 3, stride: stride, padding: 1))
      add(name(), BatchNorm(channels: outputs, statistics: norm))
      add(name(), ReLU())
      if pools { add(name(), MaxPool(window: PoolingWindow(size: 2, stride: 2))) }
    }
  }
}
