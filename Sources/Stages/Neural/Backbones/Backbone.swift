/// A network that can be selected by name.
public struct Backbone: RawRepresentable, CaseIterable, Hashable, Sendable {
  /// All networks, in the order in which the help lists them.
  public static let allCases = [
    cnn, cnnLSTM, mobileNetV2, vgg16, vgg19, googleNet, resNet50, denseNet121, inceptionV3,
    xception,
  ]

  let definition: BackboneDefinition

  init(_ definition: BackboneDefinition) { self.definition = definition }

  /// The network with a name; `nil` if there is no such network.
  public init?(rawValue name: String) {
    guard let known = Self.allCases.first(where: { $0.rawValue == name }) else { return nil }
    self = known
  }

  /// The name in pipelines and models.
  public var rawValue: String { definition.name }

  /// Whether two networks have the same name.
  public static func == (left: Backbone, right: Backbone) -> Bool {
    left.rawValue == right.rawValue
  }

  /// Hashes the name.
  public func hash(into hasher: inout Hasher) { hasher.combine(rawValue) }

  /// The variant of a network: image size, classes, dropout, statistics and head.
  public struct Form: Sendable, Hashable {
    /// The width and height of the square images, in pixels.
    public var size: Int
    /// The number of classes.
    public var classes: Int
    /// The dropout rate before and after the hidden dense layer, in [0, 1).
    public var dropout: Double
    /// Whether batch norms keep their stored statistics in training.
    public var keepsStatistics: Bool
    /// The layers after the convolutions.
    public var head: Head

    /// Creates a form, by default without dropout, as for prediction.
    public init(
      size: Int, classes: Int, dropout: Double = 0, keepsStatistics: Bool = false,
      head: Head = .hidden()
    ) {
      (self.size, self.classes) = (size, classes)
      (self.dropout, self.keepsStatistics, self.head) = (dropout, keepsStatistics, head)
    }
  }

  /// The layers after the convolutions.
  public enum Head: Sendable, Hashable {
    /// The head of the papers, which do not state its width: global average pooling, dropout,
    /// dense(width) and ReLU, dropout, dense(classes).
    case hidden(width: Int = 128)
    /// The reference's own head, with its names: usually global average pooling, dropout,
    /// dense(classes).
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
    let input = Shape(height: form.size, width: form.size, channels: 3)
    var builder = convolutions(form.keepsStatistics ? .stored : .batch)
    let shapes = try builder.network(input: input).shapes
    builder.addHead(self, form, after: shapes[shapes.count - 1])
    return try builder.network(input: input)
  }

  /// The smallest width and height of an image, in pixels.
  public var smallestSize: Int { definition.smallestSize }

  /// The number of convolutional blocks, which can be unfrozen one by one, starting with the last.
  public var blocks: Int { convolutions(.batch).blocks.count }

  /// The number of last blocks to train after the head, unless another one is chosen.
  public var openBlocks: Int { definition.openBlocks }

  /// The normalisation of images; for networks with public weights, the one used to train them.
  public var normalisation: Normalisation { definition.normalisation }

  private func convolutions(_ statistics: BatchNorm.Statistics) -> NetworkBuilder {
    var builder = NetworkBuilder()
    definition.convolutions(&builder, statistics)
    return builder
  }
}

extension NetworkBuilder {
  /// Adds a convolution without bias, its batch norm and optionally a ReLU, each with its own name.
  mutating func addConvolution(
    _ name: String, norm normName: String, _ layer: any Layer, channels: Int,
    _ norm: BatchNorm.Statistics, relu: ReLU?, epsilon: Double = 1e-5, after node: Int? = nil
  ) {
    add(name, layer, after: node)
    add(normName, BatchNorm(channels: channels, statistics: norm, epsilon: epsilon))
    if let relu { add(normName + ".relu", relu) }
  }

  /// Adds torchvision's `BasicConv2d`, of which Inception-v3 and GoogLeNet consist.
  mutating func addBasicConvolution(
    _ name: String, _ layer: Convolution, _ norm: BatchNorm.Statistics, after node: Int? = nil
  ) {
    addConvolution(
      "\(name).conv", norm: "\(name).bn", layer, channels: layer.outputs, norm, relu: ReLU(),
      epsilon: 1e-3, after: node)
  }
}
