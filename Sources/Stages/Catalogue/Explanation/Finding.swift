internal import Imaging

/// The explanation of one image by one method.
struct Finding: Sendable {
  /// How well attributions add up to what they explain, in logits.
  struct Completeness: Sendable, Hashable {
    /// The sum of all attributions.
    var sum: Double
    /// The logit of the image minus that of the baseline: what the sum should be.
    var difference: Double

    /// The absolute error of the sum.
    var gap: Double { abs(sum - difference) }
  }

  /// The size of a feature map.
  struct Positions: Sendable, Hashable {
    var width: Int
    var height: Int
  }

  /// What it takes to change the predicted class.
  struct Change: Sendable, Hashable {
    /// The id of the training image that replaces parts of the image.
    var other: String
    /// Its class.
    var label: Int
    /// Whether its class is predicted in the end.
    var isComplete: Bool
    /// The share of the image's pixels that are replaced.
    var share: Double
  }

  /// How much each pixel supports the class.
  var saliency: Saliency
  /// The views, with the suffixes of their file names, without extension.
  var views: [(suffix: String, image: Image)]
  /// The arrays, with the suffixes of their file names, without extension.
  var arrays: [(suffix: String, array: NPYArray)]
  /// The rows and columns of the feature map, for the methods that explain by one.
  var positions: Positions?
  /// How well the linear explanation predicts variants that it was not fitted to, for LIME.
  var fit: Double?
  /// How well the attributions add up, for integrated gradients.
  var completeness: Completeness?
  /// What changes the predicted class, for a counterfactual.
  var change: Change?
}
