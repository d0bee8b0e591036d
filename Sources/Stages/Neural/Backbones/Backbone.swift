/// The networks that can be asked for by name.
public enum Backbone: String, CaseIterable, Sendable {
  /// Four 3x3 convolutions, each with batch norm and ReLU, of 16, 32, 64 and 128 channels.
  case cnn
  /// MobileNetV2 of width 1 (Sandler et al. 2018), with torchvision's names.
  case mobileNetV2 = "mobilenet-v2"
  /// VGG16 without batch norm (Simonyan and Zisserman 2015), with torchvision's names.
  case vgg16
  /// ResNet-50 (He et al. 2016), with torchvision's names.
  case resNet50 = "resnet50"
  /// DenseNet-121 (Huang et al. 2017), with torchvision's names.
  case denseNet121 = "densenet121"
  /// Inception-v3 without its auxiliary head (Szegedy et al. 2016), with torchvision's names.
  case inceptionV3 = "inception-v3"
  /// Xception (Chollet 2017), with the names of timm's `legacy_xception`.
  case xception

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
    /// The reference's own, with its names: global average pooling, dropout, dense(classes); that of
    /// VGG16 has pooling to 7x7 and three dense layers.
    case plain
  }

  /// The network for square images of three channels.
  ///
  /// Throws if the images are too small for it.
  public func network(_ form: Form) throws(NeuralError) -> Network {
    guard form.size >= smallestSize else {
      throw NeuralError(
        "the network \(rawValue) needs images of \(smallestSize) pixels or more, not \(form.size)")
    }
    var builder = NetworkBuilder()
    let norm = form.keepsStatistics ? BatchNorm.Statistics.stored : .batch
    switch self {
    case .cnn: builder.addCNN(norm)
    case .mobileNetV2: builder.addMobileNetV2(norm)
    case .vgg16: builder.addVGG16()
    case .resNet50: builder.addResNet50(norm)
    case .denseNet121: builder.addDenseNet121(norm)
    case .inceptionV3: builder.addInceptionV3(norm)
    case .xception: builder.addXception(norm)
    }
    builder.addHead(self, form)
    return try builder.network(input: Shape(height: form.size, width: form.size, channels: 3))
  }

  /// The smallest edge of an image, in pixels.
  public var smallestSize: Int {
    switch self {
    case .cnn: 8
    case .mobileNetV2, .vgg16, .resNet50, .denseNet121, .xception: 32
    case .inceptionV3: 75
    }
  }

  /// How many convolutional blocks can be opened for training, one by one from the last.
  ///
  /// Each network's own parts: the convolutions of the CNN; inverted residuals; groups of convolutions
  /// between poolings in VGG16; bottlenecks; dense blocks and transitions; Inception's modules;
  /// Xception's blocks; and the single convolutions in front of and behind those.
  public var blocks: Int {
    switch self {
    case .cnn: 4
    case .mobileNetV2: 19
    case .vgg16: 5
    case .resNet50: 17
    case .denseNet121: 8
    case .inceptionV3, .xception: 16
    }
  }

  /// The normalisation that images get: for networks with public weights that of those.
  public var normalisation: Normalisation {
    switch self {
    case .cnn: .standard
    case .mobileNetV2, .vgg16, .resNet50, .denseNet121: .imageNet
    case .inceptionV3, .xception: .symmetric
    }
  }
}

extension NetworkBuilder {
  /// A convolution without bias, its batch norm and perhaps a ReLU, under names of their own.
  mutating func addConvolution(
    _ name: String, norm normName: String, _ layer: any Layer, channels: Int,
    _ norm: BatchNorm.Statistics, relu: ReLU?, epsilon: Double = 1e-5, behind node: Int? = nil
  ) {
    add(name, layer, behind: node)
    add(normName, BatchNorm(channels: channels, statistics: norm, epsilon: epsilon))
    if let relu { add(normName + ".relu", relu) }
  }
}
