internal import Imaging
internal import PipelineDSL

extension Explain {
  /// The segmentation into super-pixels.
  enum Segmentation: String, ParameterChoice {
    /// Simple linear iterative clustering.
    case slic
    /// Quick shift, as in the package `lime`.
    case quickshift
  }

  /// The choice of the images explained where `ids` names none.
  enum Choice: String, ParameterChoice {
    /// By seed, id and true class, so that every model explains the same images.
    case fixed
    /// Right and wrong predictions of the model.
    case byOutcome = "by-outcome"
  }

  struct Parameters: StageParameters {
    var methods = [Method.gradCAM, .lime]
    var ids: [String] = []
    var choose = Choice.fixed
    var perClass = 2
    var layer: String?
    var samples = 1000
    var kernelWidth = 0.25
    var penalty = 1.0
    var segmentation = Segmentation.slic
    var segments = 60
    var compactness = 10.0
    var kernelSize = 4.0
    var features = 5
    var hide = Hiding.mean
    var steps = 50
    var baseline = IntegratedGradients.Baseline.mean
    var window = 0.25
    var stride = 0.125
    var copies = 25
    var noise = 0.15
    var squared = false
    var references = 200
    var masks: Location?
    var maskLimit = 200
    var limeLimit = 20

    static let fields: [ParameterField<Self>] = choice + superPixels + others + measurement

    private static let choice: [ParameterField<Self>] = [
      ParameterField("methods", \.methods, "explanation methods"),
      ParameterField(
        "ids", \.ids, "ids of the test images to explain, in this order; if empty, see 'choose'"),
      ParameterField(
        "choose", \.choose,
        "choice of images: fixed (by seed and id, the same for every model) or by-outcome"),
      ParameterField(
        "per-class", \.perClass, in: 1...100,
        "number of images chosen per true class; with by-outcome, of right and of wrong ones each"
      ),
    ]

    private static let superPixels: [ParameterField<Self>] = [
      ParameterField(
        "samples", \.samples, in: 10...100_000,
        "lime, kernel-shap: number of variants predicted per image, with super-pixels hidden"),
      ParameterField(
        "kernel-width", \.kernelWidth, in: 0.05...1000,
        "lime: width of the exponential kernel over cosine distances to the whole image"),
      ParameterField(
        "penalty", \.penalty, in: 0.0001...1_000_000, "lime: L2 penalty of the ridge regression"),
      ParameterField(
        "segmentation", \.segmentation,
        "lime, kernel-shap, counterfactual: segmentation into super-pixels"),
      ParameterField(
        "segments", \.segments, in: 2...1000,
        "lime, kernel-shap, counterfactual with slic: approximate number of super-pixels"),
      ParameterField(
        "compactness", \.compactness, in: 0.01...1000,
        "lime, kernel-shap, counterfactual with slic: compactness of super-pixels; larger values favour square shapes over even colour"
      ),
      ParameterField(
        "kernel-size", \.kernelSize, in: 1...20,
        "lime, kernel-shap, counterfactual with quickshift: width in pixels of its kernel; a wider kernel gives fewer super-pixels"
      ),
      ParameterField(
        "features", \.features, in: 1...1000, "lime: number of super-pixels shown"),
      ParameterField(
        "hide", \.hide,
        "lime, kernel-shap, occlusion, score-cam: colour of what is hidden; mean is that of the super-pixel or image"
      ),
      ParameterField(
        "references", \.references, in: 1...100_000,
        "counterfactual: maximum number of training images per class in which the nearest is sought, drawn by seed and id"
      ),
    ]

    private static let others: [ParameterField<Self>] = [
      ParameterField(
        "layer", \.layer,
        "grad-cam, grad-cam++, score-cam: layer or module of the network, by name (default: the last convolution)"
      ),
      ParameterField(
        "steps", \.steps, in: 2...1000,
        "integrated-gradients: number of points on the integration path"),
      ParameterField(
        "baseline", \.baseline,
        "integrated-gradients: the baseline image, where the integration path starts"),
      ParameterField(
        "copies", \.copies, in: 1...1000, "smooth-grad: number of noisy copies of the image"),
      ParameterField(
        "noise", \.noise, in: 0...1,
        "smooth-grad: standard deviation of the noise, as a share of the range of the network's input"
      ),
      ParameterField(
        "squared", \.squared, "smooth-grad: square the gradients before they are averaged"),
      ParameterField(
        "window", \.window, in: 0.01...1,
        "occlusion: window size, as a share of the image size"),
      ParameterField(
        "stride", \.stride, in: 0.01...1,
        "occlusion: window step, as a share of the image size"),
    ]

    private static let measurement: [ParameterField<Self>] = [
      ParameterField(
        "masks", \.masks,
        "folder of nucleus masks: masks.csv (id, path) and PNGs of the size of the originals; masks of segment-nucleus are an input instead"
      ),
      ParameterField(
        "mask-limit", \.maskLimit, in: 1...1_000_000,
        "maximum number of test images with masks for the measurement of each method but those of lime-limit"
      ),
      ParameterField(
        "lime-limit", \.limeLimit, in: 1...1_000_000,
        "maximum number of them for lime, kernel-shap, score-cam and counterfactual, which predict many variants of each"
      ),
    ]

    /// Whether a method is among those that read a parameter.
    private func isRead(_ name: String) -> Bool {
      methods.contains { $0.type.parameters.contains(name) }
    }

    func conflicts() -> [String] {
      if methods.isEmpty { return ["'methods' is empty: there is nothing to explain with"] }
      var conflicts: [String] = []
      if Set(methods).count < methods.count { conflicts.append("'methods' names one method twice") }
      if Set(ids).count < ids.count { conflicts.append("'ids' names one image twice") }
      if !ids.isEmpty, choose != .fixed {
        conflicts.append("'ids' names the images: 'choose' has no effect")
      }
      if layer != nil, !isRead("layer") {
        conflicts.append(
          "'layer' is for grad-cam, grad-cam++ and score-cam, none of which 'methods' names")
      }
      if squared, !isRead("squared") {
        conflicts.append("'squared' is for smooth-grad, which 'methods' does not name")
      }
      if stride > window {
        conflicts.append("'stride' is greater than 'window': some places would never be hidden")
      }
      return conflicts
    }
  }
}
