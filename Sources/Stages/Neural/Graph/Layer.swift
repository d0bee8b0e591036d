/// The computation of one node: a forward kernel and its backward kernel.
///
/// Layers are values without memory of their own; a pass supplies the memory they work on.
protocol Layer: Sendable {
  /// The layer's tensors, in the order in which they are stored in the buffers.
  var tensors: [TensorDeclaration] { get }
  /// The shape of the output, or `nil` if the input does not fit.
  func outputShape(_ input: Shape) -> Shape?
  /// The number of floats that forward saves for backward, of up to `capacity` samples.
  func savedCount(_ input: Shape, capacity: Int) -> Int
  /// The number of floats for the partial sums of the tiles of one call; the next layer's call
  /// overwrites them.
  ///
  /// What only backward needs is not counted unless `forGradients` is set.
  func partialCount(_ input: Shape, capacity: Int, forGradients: Bool) -> Int
  /// The number of floats of scratch memory per thread.
  func scratchCount(_ input: Shape) -> Int
  /// The number of floats of all that forward reads of the parameters, in the layout that it needs;
  /// 0 if it reads them as they are.
  func preparedCount(_ input: Shape) -> Int
  /// Writes them in that layout, given an array for each tensor; without it, forward converts them
  /// itself in `partial`.
  func prepare(
    _ parameters: [[Float]], _ input: Shape, _ pool: TilePool,
    into prepared: UnsafeMutablePointer<Float>)
  /// Whether forward can add another node's output to its own.
  var addsResidual: Bool { get }
  /// Whether forward can apply the ReLU after the layer.
  var takesActivation: Bool { get }
  /// Whether backward also differentiates the activation, so that the ReLU's own backward is not
  /// called.
  var passesActivationBack: Bool { get }
  /// Whether the output may overwrite the input in the same memory.
  var worksInPlace: Bool { get }
  /// Whether both directions accept rows with a stride larger than their length, as in a part of a
  /// concatenation.
  var takesParts: Bool { get }
  /// Whether backward can add to an existing gradient of the input.
  var addsToGradient: Bool { get }
  /// Whether backward reads the layer's own output, which must then not be overwritten.
  var backwardReadsOutput: Bool { get }
  /// Whether backward reads the input only for the gradient of the parameters, and does so much
  /// work with it that recomputing the input first is cheap.
  var takesRecomputed: Bool { get }
  /// Whether `recompute` can restore the output of the last pass at the cost of reading and writing
  /// it.
  var recomputes: Bool { get }
  /// Rewrites the output of the last pass from its input and what forward saved.
  func recompute(_ pass: LayerPass)
  /// Computes the output.
  func forward(_ pass: LayerPass)
  /// Computes the gradients of the input and of the parameters from that of the output.
  func backward(_ pass: LayerPass, _ gradients: LayerGradients)
}

extension Layer {
  var tensors: [TensorDeclaration] { [] }
  func savedCount(_ input: Shape, capacity: Int) -> Int { 0 }
  func partialCount(_ input: Shape, capacity: Int, forGradients: Bool) -> Int { 0 }
  func scratchCount(_ input: Shape) -> Int { 0 }
  func preparedCount(_ input: Shape) -> Int { 0 }
  func prepare(
    _ parameters: [[Float]], _ input: Shape, _ pool: TilePool,
    into prepared: UnsafeMutablePointer<Float>
  ) {}
  var addsResidual: Bool { false }
  var takesActivation: Bool { false }
  var passesActivationBack: Bool { false }
  var worksInPlace: Bool { false }
  var takesParts: Bool { false }
  var addsToGradient: Bool { false }
  var backwardReadsOutput: Bool { false }
  var takesRecomputed: Bool { false }
  var recomputes: Bool { false }
  func recompute(_ pass: LayerPass) {}
}

/// A layer's declaration of one of its tensors.
struct TensorDeclaration: Sendable {
  /// How the values are initialised.
  enum Initial: Sendable, Hashable {
    case zeros, ones
    /// Normal with variance 2 / fan-in (He et al. 2015, equation 10).
    case heNormal(fanIn: Int)
    /// Uniform between -bound and bound.
    case uniform(bound: Double)
  }

  /// The last part of the name, as in PyTorch: `weight`, `running_mean`.
  let name: String
  /// PyTorch's shape: OIHW for convolutions, out x in for dense layers and LSTMs.
  let shape: [Int]
  let initial: Initial
  /// Whether it is a running statistic, which the optimiser does not update.
  let isStatistic: Bool

  init(_ name: String, _ shape: [Int], _ initial: Initial, isStatistic: Bool = false) {
    (self.name, self.shape, self.initial) = (name, shape, initial)
    self.isStatistic = isStatistic
  }
}

/// How a forward pass treats batch norm and dropout.
enum PassMode: Sendable {
  /// Stored statistics, no dropout; a sample's result does not depend on its place in the batch.
  case evaluation
  /// Batch statistics, which also update the stored ones; random draws for dropout.
  case training(DropoutDraws)
}

/// What a dropout mask depends on: seed, step, and a sample's position in the epoch's order.
struct DropoutDraws: Sendable {
  let seed: UInt64
  let step: Int
  /// The position of the batch's first sample.
  let firstPosition: Int
}

/// The memory one layer works on in a pass over `count` samples.
struct LayerPass {
  let pool: TilePool
  let mode: PassMode
  /// The index of the node in the network.
  let node: Int
  let count: Int
  let inputShape: Shape
  let outputShape: Shape
  /// count x inputShape; the channels of consecutive positions are `inputStride` floats apart.
  let input: UnsafeMutablePointer<Float>
  /// The number of channels of the input, or more if it is part of a concatenation.
  let inputStride: Int
  /// count x outputShape, laid out in the same way.
  let output: UnsafeMutablePointer<Float>
  let outputStride: Int
  /// The layer's own weights.
  let values: LayerValues
  /// count x outputShape, added to the output; only for layers that support it.
  var residual: UnsafePointer<Float>?
  /// The activation applied to the output; only for layers that support it.
  var activation: ReLU?
  /// `savedCount` floats.
  let saved: UnsafeMutablePointer<Float>
  /// `partialCount` floats, shared with other layers.
  let partial: UnsafeMutablePointer<Float>
  /// `scratchStride` floats per worker.
  let scratch: UnsafeMutablePointer<Float>
  let scratchStride: Int

  /// The layer's own parameters, one tensor after the other; not read if `prepared` is set.
  var parameters: UnsafePointer<Float> { values.parameters }
  /// The parameters as written by `prepare`, if they were prepared.
  var prepared: UnsafePointer<Float>? { values.prepared }
  /// The layer's own statistics.
  var statistics: UnsafeMutablePointer<Float> { values.statistics }

  /// A worker's own scratch memory.
  func scratch(of worker: Int) -> UnsafeMutablePointer<Float> { scratch + worker * scratchStride }
}

/// The gradients one layer reads and writes.
struct LayerGradients {
  /// The gradient of the output, count x outputShape; positions are `outputStride` floats apart.
  let output: UnsafeMutablePointer<Float>
  let outputStride: Int
  /// Where to write the gradient of the input; `nil` if it is not needed.
  let input: UnsafeMutablePointer<Float>?
  /// The number of channels of the input, or more if its gradient is part of a concatenation's.
  let inputStride: Int
  /// Whether to add to the existing gradient of the input; only for layers that support it.
  let addsInput: Bool
  /// Where to write the gradients of the layer's parameters; `nil` if they are not needed.
  let parameters: UnsafeMutablePointer<Float>?
}
