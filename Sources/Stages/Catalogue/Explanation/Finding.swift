internal import Imaging

/// What one method says of one image.
struct Finding: Sendable {
  /// How well attributions add up to what they explain, in logits.
  struct Completeness: Sendable, Hashable {
    /// The sum of all attributions.
    var sum: Double
    /// The logit of the image less that of the baseline: what the sum should be.
    var difference: Double

    /// How far the sum is off.
    var gap: Double { abs(sum - difference) }
  }

  /// How much each pixel supports the class.
  var saliency: Saliency
  /// The views by the end of their file names, without extension.
  var views: [(suffix: String, image: Image)]
  /// The arrays by the end of their file names, without extension.
  var arrays: [(suffix: String, array: NPYArray)]
  /// How well a linear explanation fits, for LIME.
  var fit: Double?
  /// How well the attributions add up, for integrated gradients.
  var completeness: Completeness?
}
