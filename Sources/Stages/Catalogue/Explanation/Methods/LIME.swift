internal import Foundation
internal import Imaging
internal import PipelineDSL

/// Local interpretable model-agnostic explanations of an image (Ribeiro, Singh and Guestrin 2016).
///
/// Super-pixels are hidden at random, the classifier predicts what is left, and a ridge regression
/// from "shown or hidden" to the probability of a class, weighted by how much of the image is still
/// shown, gives each super-pixel its weight. The regression uses all super-pixels: the feature
/// selection that the paper adds for text only changes which weights are reported, and the views
/// show the largest.
struct LIME: Sendable {
  /// The number of variants of the image to predict, including the whole image.
  var samples = 1000
  /// The width of the exponential kernel over cosine distances.
  var kernelWidth = 0.25
  /// The ridge penalty.
  var penalty = 1.0
  /// The colour of hidden super-pixels.
  var hiding = Hiding.mean

  /// The explanation of one image.
  struct Explanation: Sendable {
    /// The super-pixel of each pixel, rows from the top.
    let segments: [Int32]
    /// For each super-pixel, how much showing it raises the probability of the class.
    let weights: [Double]
    /// The probability that the regression predicts with all super-pixels hidden.
    let intercept: Double
    /// How well the linear explanation predicts variants that it was not fitted to.
    ///
    /// It is the weighted coefficient of determination: at most 1, and negative where the mean of
    /// all variants predicts better. `nil` if the probability is the same for all variants.
    let fit: Double?
  }

  /// The number of parts of the variants, each predicted by a regression on the others.
  private static let folds = 5

  /// Draws which super-pixels each variant shows: all in the first, each with even odds in the
  /// others.
  func variants(segments count: Int, draws: inout RandomStream) -> [[Bool]] {
    (0..<samples).map { variant in
      (0..<count).map { _ in
        // The highest bit; SplitMix64's low bits are no better and no worse.
        variant == 0 || draws.next() >> 63 == 1
      }
    }
  }

  /// Explains one class of an image.
  ///
  /// `segments` contains labels 0..<k, `variants` states which of the k super-pixels each variant
  /// shows, and `classify` returns one probability per class for each of at most 32 images.
  ///
  /// - Precondition: There are at least two variants, and their kernel weights are not 0.
  func explain(
    _ image: Image, class index: Int, segments: [Int32], variants: [[Bool]],
    classify: ([Image]) throws -> [[Float]]
  ) throws -> Explanation {
    let parts = SuperPixels(image, segments: segments, hiding: hiding)
    let targets = try parts.rows(of: variants, classify: classify).map { Double($0[index]) }
    let features = variants.flatMap { $0.map { $0 ? 1.0 : 0 } }
    let kernel = variants.map(weight)
    let ridge = WeightedRidge(
      features: features, count: variants.first?.count ?? 0, targets: targets, weights: kernel,
      penalty: penalty)
    return Explanation(
      segments: segments, weights: ridge.coefficients, intercept: ridge.intercept,
      fit: fit(features, targets, kernel))
  }

  /// The fit by cross-validation: the coefficient of determination of all variants, where variant i
  /// is predicted by a regression on those whose number differs from i modulo five.
  private func fit(_ features: [Double], _ targets: [Double], _ kernel: [Double]) -> Double? {
    var predicted = targets
    for fold in 0..<min(Self.folds, targets.count) {
      let held = stride(from: fold, to: targets.count, by: Self.folds)
      var weights = kernel
      for variant in held { weights[variant] = 0 }
      let ridge = WeightedRidge(
        features: features, count: features.count / targets.count, targets: targets,
        weights: weights, penalty: penalty)
      for variant in held { predicted[variant] = ridge.prediction(features, at: variant) }
    }
    return WeightedRidge.determination(of: targets, by: predicted, weights: kernel)
  }

  /// The kernel weight of a variant, sqrt(exp(-d^2 / width^2)).
  ///
  /// Here d is its cosine distance to the whole image.
  func weight(of shown: [Bool]) -> Double {
    let share = Double(shown.count { $0 }) / Double(max(shown.count, 1))
    let distance = 1 - share.squareRoot()
    return exp(-distance * distance / (kernelWidth * kernelWidth)).squareRoot()
  }
}
