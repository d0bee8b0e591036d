extension Backbone {
  /// GoogLeNet without its auxiliary heads (Szegedy and others 2015), with torchvision's names,
  /// batch norms, and 3x3 kernels instead of 5x5 ones.
  public static let googleNet = Backbone(
    BackboneDefinition(
      name: "googlenet", normalisation: .symmetric, smallestSize: 32, openBlocks: 2,
      lastLayer: "fc",
      convolutions: { $0.addGoogLeNet($1) }))
}

extension NetworkBuilder {
  /// Adds the convolutions of GoogLeNet (Szegedy and others 2015, table 1), named as in
  /// torchvision, without the auxiliary heads.
  ///
  /// Blocks are the three convolutions of the stem and the nine modules `inception3a` to
  /// `inception5b`, each with the max pooling after it: 12. At 224x224x3: 1.5 billion
  /// multiplications; 5.6 million parameters.
  fileprivate mutating func addGoogLeNet(_ norm: BatchNorm.Statistics) {
    for (name, inputs, outputs, kernel, stride, pool) in [
      ("conv1", 3, 64, 7, 2, "maxpool1"), ("conv2", 64, 64, 1, 1, nil),
      ("conv3", 64, 192, 3, 1, "maxpool2"),
    ] {
      beginBlock()
      addBasicConvolution(
        name,
        Convolution(
          inputs: inputs, outputs: outputs, kernel: kernel, stride: stride, padding: kernel / 2),
        norm)
      if let pool { addGoogLeNetPool(pool, size: 3) }
    }
    var channels = 192
    for module in GoogLeNetModule.all {
      beginBlock()
      channels = addGoogLeNetModule(module, inputs: channels, norm)
      switch module.name {
      case "inception3b": addGoogLeNetPool("maxpool3", size: 3)
      case "inception4e": addGoogLeNetPool("maxpool4", size: 2)
      default: break
      }
    }
  }

  /// Adds max pooling that halves the resolution, rounded up.
  private mutating func addGoogLeNetPool(_ name: String, size: Int) {
    add(name, MaxPool(window: PoolingWindow(size: size, stride: 2, roundsUp: true)))
  }

  /// Adds four branches after the last node and concatenates their outputs; returns the number of
  /// channels.
  private mutating func addGoogLeNetModule(
    _ module: GoogLeNetModule, inputs: Int, _ norm: BatchNorm.Statistics
  ) -> Int {
    let (name, start) = (module.name, last)
    var ends: [Int] = []
    func add(
      _ branch: String, _ inputs: Int, _ outputs: Int, kernel: Int, after node: Int,
      to builder: inout NetworkBuilder
    ) -> Int {
      builder.addBasicConvolution(
        "\(name).\(branch)",
        Convolution(
          inputs: inputs, outputs: outputs, kernel: kernel, stride: 1, padding: kernel / 2),
        norm, after: node)
      return builder.last
    }
    ends.append(add("branch1", inputs, module.plain, kernel: 1, after: start, to: &self))
    for (branch, (narrow, wide)) in [("branch2", module.second), ("branch3", module.third)] {
      let middle = add("\(branch).0", inputs, narrow, kernel: 1, after: start, to: &self)
      ends.append(add("\(branch).1", narrow, wide, kernel: 3, after: middle, to: &self))
    }
    self.add(
      "\(name).branch4.0", MaxPool(window: PoolingWindow(size: 3, stride: 1, padding: 1)),
      after: start)
    ends.append(add("branch4.1", inputs, module.pooled, kernel: 1, after: last, to: &self))
    addConcatenation("\(name).concatenation", of: ends)
    return module.plain + module.second.1 + module.third.1 + module.pooled
  }
}

/// The numbers of channels of one module's convolutions.
private struct GoogLeNetModule {
  let name: String
  /// The first branch: a 1x1 convolution.
  let plain: Int
  /// The second and third branches: a 1x1 convolution that narrows, and a 3x3 one.
  let second: (Int, Int)
  let third: (Int, Int)
  /// The fourth branch: max pooling and a 1x1 convolution.
  let pooled: Int

  init(_ name: String, _ plain: Int, _ second: (Int, Int), _ third: (Int, Int), _ pooled: Int) {
    (self.name, self.plain, self.pooled) = (name, plain, pooled)
    (self.second, self.third) = (second, third)
  }

  /// All modules, in order.
  static var all: [GoogLeNetModule] {
    [
      .init("inception3a", 64, (96, 128), (16, 32), 32),
      .init("inception3b", 128, (128, 192), (32, 96), 64),
      .init("inception4a", 192, (96, 208), (16, 48), 64),
      .init("inception4b", 160, (112, 224), (24, 64), 64),
      .init("inception4c", 128, (128, 256), (24, 64), 64),
      .init("inception4d", 112, (144, 288), (32, 64), 64),
      .init("inception4e", 256, (160, 320), (32, 128), 128),
      .init("inception5a", 256, (160, 320), (32, 128), 128),
      .init("inception5b", 384, (192, 384), (48, 128), 128),
    ]
  }
}
