internal import Imaging
internal import Neural

/// Grad-CAM++ (Chattopadhay, Sarkar, Howlader and Balasubramanian 2018).
///
/// The weight of a channel is the sum over positions of its positive gradients, each times a
/// coefficient alpha that evens out how often a feature occurs (equation 19). As in the paper, the
/// score is the exponential of the logit, whose derivatives are powers of the logit's gradient up
/// to a factor that the map's scale does not keep.
struct GradCAMPlusPlus: ExplanationMethod {
  static let need: ExplanationNeed? = .mapGradients
  static let parameters = ["layer"]
  static let isPerNetwork = true

  /// A number added to the denominator of alpha; 0 in the paper, 1e-6 in the package
  /// pytorch-grad-cam, which outweighs the gradients of large networks.
  var offset = 0.0

  static func cost(_ parameters: Explain.Parameters) -> Double { 3 }

  init(_ parameters: Explain.Parameters) {}

  /// A method with an offset of the denominator.
  init(offset: Double) { self.offset = offset }

  func findings(
    _ image: Image, _ prediction: ExplainedModel.Prediction, _ setting: ExplanationMethods
  ) throws -> [ExplanationMethods.Named] {
    try setting.model.layerMaps(image, prediction.predicted).map { part, maps in
      try setting.finding(
        (part, maps.weighted(by: weights(maps)), maps.width, maps.height), .gradCAMPlusPlus,
        image, prediction)
    }
  }

  /// The weight of each channel.
  ///
  /// - Precondition: the maps have gradients.
  func weights(_ maps: LayerMaps) -> [Float] {
    precondition(maps.gradients.count == maps.activations.count, "Grad-CAM++ needs gradients")
    var sums = [Double](repeating: 0, count: maps.channels)
    for (index, value) in maps.activations.enumerated() {
      sums[index % maps.channels] += Double(value)
    }
    var weights = [Double](repeating: 0, count: maps.channels)
    for (index, value) in maps.gradients.enumerated() where value > 0 {
      let (channel, gradient) = (index % maps.channels, Double(value))
      let square = gradient * gradient
      let denominator = 2 * square + sums[channel] * square * gradient + offset
      // 1 where it is not defined, as in the authors' program.
      weights[channel] += gradient * (denominator == 0 ? 1 : square / denominator)
    }
    return weights.map { Float($0) }
  }
}
