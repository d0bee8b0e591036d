/// Operations on a convolution's output while it is still in cache: a bias is added, and the result
/// is clipped below and above.
struct Epilogue: Sendable, Hashable {
  /// The smallest output: 0 with a ReLU, else minus infinity.
  var floor = -Float.infinity
  /// The largest output: 6 with a ReLU6, else infinity.
  var ceiling = Float.infinity

  var bounds: (Float, Float) { (floor, ceiling) }

  /// This epilogue followed by an activation.
  func followed(by activation: ReLU?) -> Epilogue {
    guard let activation else { return self }
    return Epilogue(floor: max(floor, 0), ceiling: min(ceiling, activation.ceiling))
  }
}

/// A layer into which the following layers can be folded for inference.
protocol Foldable: Layer {
  /// Whether it has a bias of its own.
  var hasBias: Bool { get }
  /// What was folded into it; the layer then declares a bias in any case.
  var epilogue: Epilogue? { get set }
}
