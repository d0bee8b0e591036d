/// The networks that can be asked for by name.
public enum Backbone: String, CaseIterable, Sendable {
  /// Four 3x3 convolutions, each with batch norm and ReLU, of 16, 32, 64 and 128 channels.
  case cnn
  /// MobileNetV2 of width 1 (Sandler et al. 2018), with torchvision's names.
  case mobileNetV2 = "mobilenet-v2"

  /// What a network is built for.
  public struct Form: Sendable, Hashable {
    /// The edge of the square images, in pixels.
    public var size: Int
    /// How many classes it tells apart.
    public var classes: Int
    /// The share dropped around the hidden dense layer, in [0, 1).
    public var dropout: Double
    /// Whether batch norms keep their stored statistics in training.
    public var keepsStatistics: Bool
    /// What comes behind the convolutions.
    public var head: Head

    /// A form; without dropout, as for prediction.
    public init(
      size: Int, classes: Int, dropout: Double = 0, keepsStatistics: Bool = false,
      head: Head = .hidden
    ) {
      (self.size, self.classes) = (size, classes)
      (self.dropout, self.keepsStatistics, self.head) = (dropout, keepsStatistics, head)
    }
  }

  /// What comes behind the convolutions.
  public enum Head: Sendable, Hashable {
    /// The papers': global average pooling, dropout, dense(128) and ReLU, dropout, dense(classes).
    case hidden
    /// The reference's own: global average pooling, dropout, dense(classes).
    case plain
  }

  /// The network for square images of three channels.
  ///
  /// Throws if the images are too small for it.
  public func network(_ form: Form) throws(NeuralProblem) -> Network {
    guard form.size >= smallestSize else {
      throw NeuralProblem(
        "the network \(rawValue) needs images of \(smallestSize) pixels or more, not \(form.size)")
    }
    var builder = NetworkBuilder()
    let norm = form.keepsStatistics ? BatchNorm.Statistics.stored : .batch
    switch self {
    case .cnn: builder.addCNN(norm)
    case .mobileNetV2: builder.addMobileNetV2(norm)
    }
    builder.addHead(form, inputs: features)
    return try builder.network(input: Shape(height: form.size, width: form.size, channels: 3))
  }

  /// The smallest edge of an image, in pixels.
  public var smallestSize: Int {
    switch self {
    case .cnn: 8
    case .mobileNetV2: 32
    }
  }

  /// How many convolutional blocks can be opened for training, one by one from the last.
  public var blocks: Int {
    switch self {
    case .cnn: 4
    case .mobileNetV2: 19
    }
  }

  /// The normalisation that images get: for networks with public weights that of ImageNet.
  public var normalisation: Normalisation { self == .cnn ? .standard : .imageNet }

  /// Channels in front of the head.
  private var features: Int {
    switch self {
    case .cnn: 128
    case .mobileNetV2: 1280
    }
  }
}

extension NetworkBuilder {
  /// The head of a form, whose dense layers are named `classifier.N`.
  fileprivate mutating func addHead(_ form: Backbone.Form, inputs: Int) {
    let dropout = Dropout(rate: Float(form.dropout))
    add("pool", GlobalAveragePool())
    switch form.head {
    case .hidden:
      add(
        "classifier",
        sequence: [
          dropout, Dense(inputs: inputs, outputs: 128), ReLU(), dropout,
          Dense(inputs: 128, outputs: form.classes),
        ])
    case .plain:
      add("classifier", sequence: [dropout, Dense(inputs: inputs, outputs: form.classes)])
    }
  }

  /// A convolution without bias, its batch norm and perhaps a ReLU, under names of their own.
  mutating func addConvolution(
    _ name: String, norm normName: String, _ layer: any Layer, channels: Int,
    _ norm: BatchNorm.Statistics, relu: ReLU?
  ) {
    add(name, layer)
    add(normName, BatchNorm(channels: channels, statistics: norm))
    if let relu { add(normName + ".relu", relu) }
  }
}
