/// One node's computation: a forward kernel and the backward kernel that belongs to it.
///
/// Layers are values without memory; what they work on arrives in a pass.
protocol Layer: Sendable {
  /// The tensors the layer owns, in the order in which they lie in the buffers.
  var tensors: [TensorDeclaration] { get }
  /// The output's shape, or `nil` where the input does not fit.
  func outputShape(_ input: Shape) -> Shape?
  /// Floats that forward keeps for backward.
  var savedCount: Int { get }
  /// Floats in which the tiles of one call leave partial sums, until the next layer's; what backward
  /// alone needs is left out where there are no gradients.
  func partialCount(_ input: Shape, capacity: Int, forGradients: Bool) -> Int
  /// Floats of scratch a thread.
  func scratchCount(_ input: Shape) -> Int
  /// Floats of the parameters as forward wants them, if it does not take them as they are.
  func preparedCount(_ input: Shape) -> Int
  /// Writes those; without them forward makes its own in `partial`.
  func prepare(
    _ parameters: UnsafePointer<Float>, _ input: Shape, _ pool: TilePool,
    into prepared: UnsafeMutablePointer<Float>)
  /// Whether forward can add another node's output to its own.
  var addsResidual: Bool { get }
  /// Whether forward can do a ReLU behind it.
  var takesActivation: Bool { get }
  /// Whether backward does that of the activation too, so that the ReLU's own is not called.
  var passesActivationBack: Bool { get }
  /// Whether output may replace input in the same memory.
  var worksInPlace: Bool { get }
  /// Whether both directions take rows that lie further apart than they are long: those of a part of a
  /// concatenation.
  var takesParts: Bool { get }
  /// Whether backward can add to the gradient of the input that is there already.
  var addsToGradient: Bool { get }
  /// Whether backward reads the layer's own output, which then must not be replaced.
  var backwardReadsOutput: Bool { get }
  /// Whether backward reads the input for nothing but the gradient of the parameters, and computes so much
  /// with it that to have it computed again in front of that is cheap.
  var takesRecomputed: Bool { get }
  /// Whether `recompute` gives the output of the last pass again, at the cost of reading and writing it.
  var recomputes: Bool { get }
  /// Writes the output of the last pass anew, from its input and what forward saved.
  func recompute(_ pass: LayerPass)
  /// Computes the output.
  func forward(_ pass: LayerPass)
  /// Computes the gradients of the input and of the parameters from that of the output.
  func backward(_ pass: LayerPass, _ gradients: LayerGradients)
}

extension Layer {
  var tensors: [TensorDeclaration] { [] }
  var savedCount: Int { 0 }
  func partialCount(_ input: Shape, capacity: Int, forGradients: Bool) -> Int { 0 }
  func scratchCount(_ input: Shape) -> Int { 0 }
  func preparedCount(_ input: Shape) -> Int { 0 }
  func prepare(
    _ parameters: UnsafePointer<Float>, _ input: Shape, _ pool: TilePool,
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

/// A tensor as a layer declares it.
struct TensorDeclaration: Sendable {
  /// How values start.
  enum Initial: Sendable, Hashable {
    case zeros, ones
    /// Normal with variance 2 / fan-in (He et al. 2015, equation 10).
    case heNormal(fanIn: Int)
  }

  /// The last part of the name, as in PyTorch: `weight`, `running_mean`.
  let name: String
  /// PyTorch's shape: OIHW for convolutions, out x in for dense layers.
  let shape: [Int]
  let initial: Initial
  /// Whether the optimiser leaves it alone (running statistics).
  let isStatistic: Bool

  init(_ name: String, _ shape: [Int], _ initial: Initial, isStatistic: Bool = false) {
    (self.name, self.shape, self.initial) = (name, shape, initial)
    self.isStatistic = isStatistic
  }
}

/// How a forward pass treats batch norm and dropout.
enum PassMode: Sendable {
  /// Stored statistics, nothing dropped; a sample's result does not depend on its place in the batch.
  case evaluation
  /// Batch statistics, which also move the stored ones; draws for dropout.
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
  /// The node's place in the network.
  let node: Int
  let count: Int
  let inputShape: Shape
  let outputShape: Shape
  /// count x inputShape, a position's channels each `inputStride` numbers behind those of the one before.
  let input: UnsafeMutablePointer<Float>
  /// The channels of the input, or more where it is part of a concatenation.
  let inputStride: Int
  /// count x outputShape, in the same way.
  let output: UnsafeMutablePointer<Float>
  let outputStride: Int
  /// The layer's own parameters, one tensor behind the other.
  let parameters: UnsafePointer<Float>
  /// The parameters as `prepare` leaves them, where that was done beforehand.
  let prepared: UnsafePointer<Float>?
  /// count x outputShape that is added to the output; only for layers that can.
  var residual: UnsafePointer<Float>?
  /// What the output is cut off by; only for layers that can.
  var activation: ReLU?
  /// The layer's own statistics.
  let statistics: UnsafeMutablePointer<Float>
  /// `savedCount` floats.
  let saved: UnsafeMutablePointer<Float>
  /// `partialCount` floats, which other layers use too.
  let partial: UnsafeMutablePointer<Float>
  /// `scratchStride` floats a worker.
  let scratch: UnsafeMutablePointer<Float>
  let scratchStride: Int

  /// A worker's own scratch memory.
  func scratch(of worker: Int) -> UnsafeMutablePointer<Float> { scratch + worker * scratchStride }
}

/// The gradients one layer reads and writes.
struct LayerGradients {
  /// The gradient of the output, count x outputShape, positions `outputStride` numbers apart.
  let output: UnsafeMutablePointer<Float>
  let outputStride: Int
  /// Where the gradient of the input goes; `nil` where nobody wants it.
  let input: UnsafeMutablePointer<Float>?
  /// The channels of the input, or more where its gradient is part of a concatenation's.
  let inputStride: Int
  /// Whether it is added to what is there; only for layers that can.
  let addsInput: Bool
  /// Where the gradients of the layer's parameters go; `nil` where nobody wants them.
  let parameters: UnsafeMutablePointer<Float>?
}
