/// The networks that can be asked for by name.
public enum Backbone: String, CaseIterable, Sendable {
  /// Four 3x3 convolutions, each with batch norm and ReLU, of 16, 32, 64 and 128 channels.
  ///
  /// The first halves the resolution by its stride, as full resolution costs most and tells least;
  /// max pooling halves it behind the second and third. The head is the papers': global average
  /// pooling, dropout, dense(128) and ReLU, dropout, dense(classes). At 64x64x3 one image costs 14.6
  /// million multiplications and Grad-CAM sees 8x8 positions; 115 thousand parameters at 5 classes.
  case cnn

  /// The network for square images of `size` pixels and three channels.
  ///
  /// Throws if the images are too small for it. Dropout is in [0, 1).
  public func network(size: Int, classes: Int, dropout: Double) throws(NeuralProblem) -> Network {
    switch self {
    case .cnn:
      guard size >= smallestSize else {
        throw NeuralProblem(
          "the network \(rawValue) needs images of \(smallestSize) pixels or more, not \(size)")
      }
      return try Self.cnn(size: size, classes: classes, dropout: Float(dropout))
    }
  }

  /// The smallest edge of an image, in pixels.
  public var smallestSize: Int { 8 }

  /// The node whose activations Grad-CAM weighs: the last in front of the head's pooling.
  func gradCAMNode(_ network: Network) -> Int {
    network.nodes.firstIndex { $0.layer is GlobalAveragePool }.map { $0 - 1 } ?? 0
  }

  private static func cnn(
    size: Int, classes: Int, dropout: Float
  ) throws(NeuralProblem) -> Network {
    var features: [any Layer] = []
    for (inputs, outputs, stride, pools) in [
      (3, 16, 2, false), (16, 32, 1, true), (32, 64, 1, true), (64, 128, 1, false),
    ] {
      features += [
        Convolution(inputs: inputs, outputs: outputs, kernel: 3, stride: stride, padding: 1),
        BatchNorm(channels: outputs), ReLU(),
      ]
      if pools { features.append(MaxPool(window: PoolingWindow(size: 2, stride: 2))) }
    }
    let head: [any Layer] = [
      Dropout(rate: dropout), Dense(inputs: 128, outputs: 128), ReLU(), Dropout(rate: dropout),
      Dense(inputs: 128, outputs: classes),
    ]
    return try Network(
      input: Shape(height: size, width: size, channels: 3),
      nodes: Network.nodes("features", features)
        + [Network.Node(name: "pool", layer: GlobalAveragePool())]
        + Network.nodes("classifier", head))
  }
}

extension Network {
  /// Layers named as PyTorch's `nn.Sequential` names them.
  static func nodes(_ name: String, _ layers: [any Layer]) -> [Node] {
    layers.enumerated().map { Node(name: "\(name).\($0)", layer: $1) }
  }
}
