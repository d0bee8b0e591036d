internal import Imaging
internal import PipelineDSL

/// What a method of explanation needs beyond predictions.
enum ExplanationNeed: Sendable, Hashable {
  /// The gradients of a class's logit with respect to the input.
  case gradients
  /// The feature maps of a layer, and the gradients of a class's logit with respect to them.
  case mapGradients
  /// The feature maps of a layer.
  case maps
}

/// A method of explanation; each has a file of its own in `Methods`, and a case of
/// `Explain.Method`.
protocol ExplanationMethod: Sendable {
  /// What it needs of a model beyond predictions.
  static var need: ExplanationNeed? { get }
  /// The names of the parameters of `explain` that it reads.
  static var parameters: [String] { get }
  /// The number of views that it draws per image, and per network where `isPerNetwork`.
  static var views: Int { get }
  /// Whether a model of several networks has a finding for each of them.
  static var isPerNetwork: Bool { get }
  /// Whether it predicts so many variants of an image that `lime-limit` bounds the images measured.
  static var isExpensive: Bool { get }

  /// The number of predictions with which it explains an image; a gradient counts as two.
  static func cost(_ parameters: Explain.Parameters) -> Double

  /// The method with the parameters of a stage.
  init(_ parameters: Explain.Parameters)

  /// Explains the predicted class of an image.
  ///
  /// There is one finding, with the name of the method, or one per network: `grad-cam/xception`.
  func findings(
    _ image: Image, _ prediction: ExplainedModel.Prediction, _ setting: ExplanationMethods
  ) throws -> [ExplanationMethods.Named]
}

extension ExplanationMethod {
  static var need: ExplanationNeed? { nil }
  static var views: Int { 1 }
  static var isPerNetwork: Bool { false }
  static var isExpensive: Bool { false }
}
