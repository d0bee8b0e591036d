import Testing

@testable import Neural

@Suite struct NetworkWorkTests {
  @Test("each kernel value counts once per position of the output")
  func countsKernelValuesPerPosition() throws {
    var builder = NetworkBuilder()
    builder.add("a", Convolution(inputs: 2, outputs: 3, kernel: 3, stride: 1, padding: 1))
    builder.add("norm", BatchNorm(channels: 3, statistics: .stored))
    builder.add("pool", GlobalAveragePool())
    builder.add("classifier", Dense(inputs: 3, outputs: 5))
    let network = try builder.network(input: Shape(height: 4, width: 5, channels: 2))
    #expect(network.multiplyAccumulates(before: 1) == Double(20 * 3 * 2 * 9))
    #expect(network.multiplyAccumulates() == Double(20 * 3 * 2 * 9 + 15))
  }

  /// The counts that torchvision and timm publish, of 10^9, without the reference's head for vgg16.
  @Test(
    "the counts are those published for the networks",
    arguments: [
      ("vgg16", 224, 15.35), ("resnet50", 224, 4.09), ("densenet121", 224, 2.83),
      ("mobilenet-v2", 224, 0.30), ("inception-v3", 299, 5.71), ("xception", 299, 8.40),
    ])
  func agreesWithPublishedCounts(_ name: String, _ size: Int, _ published: Double) throws {
    let backbone = try #require(Backbone(rawValue: name))
    let network = try backbone.network(Backbone.Form(size: size, classes: 5))
    let count = network.multiplyAccumulates() / 1e9
    #expect(abs(count / published - 1) < 0.03, "\(name): \(count)")
  }
}
