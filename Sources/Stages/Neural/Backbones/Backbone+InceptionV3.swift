extension Backbone {
  /// Inception-v3 without its auxiliary head (Szegedy and others 2016), with torchvision's names.
  public static let inceptionV3 = Backbone(
    BackboneDefinition(
      name: "inception-v3", normalisation: .symmetric, smallestSize: 75, openBlocks: 3,
      lastLayer: "fc",
      convolutions: { $0.addInceptionV3($1) }))
}

extension NetworkBuilder {
  /// Adds the convolutions of Inception-v3 (Szegedy and others 2016, table 1), named as in
  /// torchvision, without the auxiliary head.
  ///
  /// Blocks are the five convolutions of the stem, each with the max pooling after it, and the
  /// eleven modules `Mixed_5b` to `Mixed_7c`: 16. At 299x299x3: 5.7 billion multiplications; 21.8
  /// million parameters.
  fileprivate mutating func addInceptionV3(_ norm: BatchNorm.Statistics) {
    for (name, inputs, outputs, kernel, stride, padding, pools) in [
      ("Conv2d_1a_3x3", 3, 32, 3, 2, 0, false), ("Conv2d_2a_3x3", 32, 32, 3, 1, 0, false),
      ("Conv2d_2b_3x3", 32, 64, 3, 1, 1, true), ("Conv2d_3b_1x1", 64, 80, 1, 1, 0, false),
      ("Conv2d_4a_3x3", 80, 192, 3, 1, 0, true),
    ] {
      beginBlock()
      let convolution = Convolution(
        inputs: inputs, outputs: outputs, kernel: kernel, stride: stride, padding: padding)
      addBasicConvolution(name, convolution, norm)
      if pools { add("\(name).pool", MaxPool(window: PoolingWindow(size: 3, stride: 2))) }
    }
    var channels = 192
    for (name, branches) in InceptionBranch.modules {
      beginBlock()
      channels = addInceptionModule(name, inputs: channels, branches, norm)
    }
  }

  /// Adds branches after the last node and concatenates their outputs; returns the number of
  /// channels.
  private mutating func addInceptionModule(
    _ name: String, inputs: Int, _ branches: [InceptionBranch], _ norm: BatchNorm.Statistics
  ) -> Int {
    let start = last
    var (ends, outputs) = ([Int](), 0)
    for branch in branches {
      var (node, channels) = (start, inputs)
      func add(_ step: InceptionBranch.Step, to builder: inout NetworkBuilder) -> Int {
        builder.addInceptionStep(step, of: name, inputs: channels, after: node, norm)
      }
      for step in branch.steps {
        channels = add(step, to: &self)
        node = last
      }
      guard !branch.fork.isEmpty else {
        ends.append(node)
        outputs += channels
        continue
      }
      for step in branch.fork {
        outputs += add(step, to: &self)
        ends.append(last)
      }
    }
    addConcatenation("\(name).concatenation", of: ends)
    return outputs
  }

  /// Adds a step of a branch; returns the number of output channels.
  private mutating func addInceptionStep(
    _ step: InceptionBranch.Step, of module: String, inputs: Int, after node: Int,
    _ norm: BatchNorm.Statistics
  ) -> Int {
    switch step {
    case .convolution(let name, let outputs, let kernel, let stride):
      // Convolutions that halve the resolution have no padding; the others keep the resolution.
      let padding =
        stride == 1
        ? Extent(rows: kernel.rows / 2, columns: kernel.columns / 2) : .square(0)
      addBasicConvolution(
        "\(module).\(name)",
        Convolution(
          inputs: inputs, outputs: outputs, kernel: kernel, stride: stride, padding: padding),
        norm, after: node)
      return outputs
    case .averagePool:
      let window = PoolingWindow(size: 3, stride: 1, padding: 1)
      add("\(module).pool", AveragePool(window: window), after: node)
      return inputs
    case .maxPool:
      add("\(module).pool", MaxPool(window: PoolingWindow(size: 3, stride: 2)), after: node)
      return inputs
    }
  }
}

/// A branch of an Inception module: a sequence of steps, optionally followed by parallel steps that
/// all read the output of the last one.
private struct InceptionBranch {
  enum Step {
    case convolution(String, Int, Extent, stride: Int)
    case averagePool, maxPool
  }

  let steps: [Step]
  let fork: [Step]

  init(_ steps: Step..., fork: [Step] = []) { (self.steps, self.fork) = (steps, fork) }

  /// A convolution with a square kernel.
  private static func square(_ name: String, _ outputs: Int, _ size: Int, stride: Int = 1) -> Step {
    .convolution(name, outputs, .square(size), stride: stride)
  }

  /// A convolution with a kernel of one row.
  private static func row(_ name: String, _ outputs: Int, _ columns: Int) -> Step {
    .convolution(name, outputs, Extent(rows: 1, columns: columns), stride: 1)
  }

  /// A convolution with a kernel of one column.
  private static func column(_ name: String, _ outputs: Int, _ rows: Int) -> Step {
    .convolution(name, outputs, Extent(rows: rows, columns: 1), stride: 1)
  }

  /// All modules, grouped, each group preceded by torchvision's letter for its kind.
  static var modules: [(name: String, branches: [InceptionBranch])] {
    [
      // A
      ("Mixed_5b", local(pooled: 32)), ("Mixed_5c", local(pooled: 64)),
      ("Mixed_5d", local(pooled: 64)),
      // B
      ("Mixed_6a", firstReduction),
      // C
      ("Mixed_6b", factorised(128)), ("Mixed_6c", factorised(160)), ("Mixed_6d", factorised(160)),
      ("Mixed_6e", factorised(192)),
      // D
      ("Mixed_7a", secondReduction),
      // E
      ("Mixed_7b", expanded), ("Mixed_7c", expanded),
    ]
  }

  private static func local(pooled: Int) -> [InceptionBranch] {
    [
      .init(square("branch1x1", 64, 1)),
      .init(square("branch5x5_1", 48, 1), square("branch5x5_2", 64, 5)),
      .init(
        square("branch3x3dbl_1", 64, 1), square("branch3x3dbl_2", 96, 3),
        square("branch3x3dbl_3", 96, 3)),
      .init(.averagePool, square("branch_pool", pooled, 1)),
    ]
  }

  private static var firstReduction: [InceptionBranch] {
    [
      .init(square("branch3x3", 384, 3, stride: 2)),
      .init(
        square("branch3x3dbl_1", 64, 1), square("branch3x3dbl_2", 96, 3),
        square("branch3x3dbl_3", 96, 3, stride: 2)),
      .init(.maxPool),
    ]
  }

  private static func factorised(_ inner: Int) -> [InceptionBranch] {
    [
      .init(square("branch1x1", 192, 1)),
      .init(
        square("branch7x7_1", inner, 1), row("branch7x7_2", inner, 7),
        column("branch7x7_3", 192, 7)),
      .init(
        square("branch7x7dbl_1", inner, 1), column("branch7x7dbl_2", inner, 7),
        row("branch7x7dbl_3", inner, 7), column("branch7x7dbl_4", inner, 7),
        row("branch7x7dbl_5", 192, 7)),
      .init(.averagePool, square("branch_pool", 192, 1)),
    ]
  }

  private static var secondReduction: [InceptionBranch] {
    [
      .init(square("branch3x3_1", 192, 1), square("branch3x3_2", 320, 3, stride: 2)),
      .init(
        square("branch7x7x3_1", 192, 1), row("branch7x7x3_2", 192, 7),
        column("branch7x7x3_3", 192, 7), square("branch7x7x3_4", 192, 3, stride: 2)),
      .init(.maxPool),
    ]
  }

  private static var expanded: [InceptionBranch] {
    [
      .init(square("branch1x1", 320, 1)),
      .init(
        square("branch3x3_1", 384, 1),
        fork: [row("branch3x3_2a", 384, 3), column("branch3x3_2b", 384, 3)]),
      .init(
        square("branch3x3dbl_1", 448, 1), square("branch3x3dbl_2", 384, 3),
        fork: [row("branch3x3dbl_3a", 384, 3), column("branch3x3dbl_3b", 384, 3)]),
      .init(.averagePool, square("branch_pool", 192, 1)),
    ]
  }
}
