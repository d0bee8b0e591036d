internal import Imaging
internal import Neural
internal import PipelineDSL

/// Shows what a model looks at, and scores it against masks of what it should look at.
struct Explain: StageKind {
  /// A method of explanation.
  enum Method: String, ParameterChoice {
    /// Gradient-weighted class activation mapping.
    case gradCAM = "grad-cam"
    /// LIME, by super-pixels.
    case lime
    /// Gradients integrated along the line from a baseline.
    case integratedGradients = "integrated-gradients"
    /// The drop in a class's probability when a window hides part of the image.
    case occlusion

    /// The number of views that it draws per image.
    var views: Int { self == .lime ? 3 : 1 }
  }

  /// The segmentation into LIME's super-pixels.
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
    var masks: Location?
    var maskLimit = 200
    var limeLimit = 20

    static var fields: [ParameterField<Self>] {
      [
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
        ParameterField(
          "layer", \.layer,
          "Grad-CAM: layer or module of the network, by name (default: the last convolution)"),
        ParameterField(
          "samples", \.samples, in: 10...100_000,
          "LIME: number of perturbed variants predicted per image"),
        ParameterField(
          "kernel-width", \.kernelWidth, in: 0.05...1000,
          "LIME: width of the exponential kernel over cosine distances to the whole image"),
        ParameterField(
          "penalty", \.penalty, in: 0.0001...1_000_000, "LIME: L2 penalty of the ridge regression"),
        ParameterField(
          "segmentation", \.segmentation, "LIME: segmentation into super-pixels"),
        ParameterField(
          "segments", \.segments, in: 2...1000,
          "LIME with slic: approximate number of super-pixels"),
        ParameterField(
          "compactness", \.compactness, in: 0.01...1000,
          "LIME with slic: compactness of super-pixels; larger values favour square shapes over even colour"
        ),
        ParameterField(
          "kernel-size", \.kernelSize, in: 1...20,
          "LIME with quickshift: width in pixels of its kernel; a wider kernel gives fewer super-pixels"
        ),
        ParameterField(
          "features", \.features, in: 1...1000, "LIME: number of super-pixels shown"),
        ParameterField(
          "hide", \.hide,
          "LIME and occlusion: colour of what is hidden; mean is that of the super-pixel or image"),
        ParameterField(
          "steps", \.steps, in: 2...1000,
          "Integrated Gradients: number of points on the integration path"),
        ParameterField(
          "baseline", \.baseline,
          "Integrated Gradients: the baseline image, where the integration path starts"),
        ParameterField(
          "window", \.window, in: 0.01...1,
          "occlusion: window size, as a share of the image size"),
        ParameterField(
          "stride", \.stride, in: 0.01...1,
          "occlusion: window step, as a share of the image size"),
        ParameterField(
          "masks", \.masks,
          "folder of nucleus masks: masks.csv (id, path) and PNGs of the size of the originals"),
        ParameterField(
          "mask-limit", \.maskLimit, in: 1...1_000_000,
          "maximum number of test images with masks for the measurement of each method except LIME"),
        ParameterField(
          "lime-limit", \.limeLimit, in: 1...1_000_000,
          "maximum number of them for LIME, which predicts 'samples' variants of each"),
      ]
    }

    func conflicts() -> [String] {
      if methods.isEmpty { return ["'methods' is empty: there is nothing to explain with"] }
      var conflicts: [String] = []
      if Set(methods).count < methods.count { conflicts.append("'methods' names one method twice") }
      if Set(ids).count < ids.count { conflicts.append("'ids' names one image twice") }
      if !ids.isEmpty, choose != .fixed {
        conflicts.append("'ids' names the images: 'choose' has no effect")
      }
      if layer != nil, !methods.contains(.gradCAM) {
        conflicts.append("'layer' is for grad-cam, which 'methods' does not name")
      }
      if stride > window {
        conflicts.append("'stride' is greater than 'window': some places would never be hidden")
      }
      return conflicts
    }
  }

  static let name = "explain"
  static let revision = 5
  static let summary =
    "Explains predictions by up to four methods, and measures how well they locate nuclei."
  static let source =
    "Selvaraju et al. 2017 (Grad-CAM); Ribeiro, Singh and Guestrin 2016 (LIME as in the package "
    + "lime, with ridge over all super-pixels); Vedaldi and Soatto 2008 (quick shift); "
    + "Sundararajan, Taly and Yan 2017 (integrated gradients); Zeiler and Fergus 2014 (occlusion); "
    + "Zhang et al. 2018 (pointing game)"
  static let draws = true
  static let ports = Ports(
    inputs: [
      InputPort("model", .model, .one, "model to explain"),
      InputPort("images", .images, .one, "images to explain"),
      InputPort("split", .split, .one, "split that has the test set"),
    ],
    outputs: [
      OutputPort(
        "explanations", .explanations,
        "index.csv, overview pages, and a folder per method and class; of a model of several networks, "
          + "Grad-CAM has a folder per network"
      ),
      OutputPort(
        "metrics", .metrics, side: true,
        "metrics.json and saliency.csv: how well saliency locates the masks"),
    ])
  static var libraries: [String: String] {
    NeuralLibraries.versions.merging(ImagingLibraries.versions) { $1 }
  }

  let parameters: Parameters

  init(_ parameters: Parameters) { self.parameters = parameters }

  func run(_ context: StageContext) throws {
    let images = try ImageSet(context.input("images"))
    let split = try SplitTable(context.input("split"))
    let model = try ImageModels.load(context.input("model"), threads: context.threads)
    try explain(
      ExplainedModel(model, layer: parameters.layer), images,
      test: split.indices(of: .test, in: images), context)
  }

  /// Throws if a method does not work with a model, which an image shows, before any work is done.
  private func check(_ model: ExplainedModel, on image: Image) throws {
    if parameters.methods.contains(.gradCAM) { _ = try model.gradCAMs(image, 0) }
    guard parameters.methods.contains(.integratedGradients), model.gradients == nil else { return }
    let hasMaps = (try? model.gradCAMs(image, 0)) != nil
    let working = (hasMaps ? [Method.gradCAM] : []) + [.lime, .occlusion]
    throw StageError(
      "integrated-gradients needs gradients, which this model does not have",
      hint: "let 'methods' name some of \(working.map(\.rawValue).joined(separator: ", "))")
  }

  /// The indices of the images that `ids` names; throws if one is not a test image.
  private func named(_ images: ImageSet, test: [Int]) throws(StageError) -> [Int] {
    let test = Set(test)
    var indices: [Int] = []
    for (position, id) in parameters.ids.enumerated() {
      guard let index = images.index(of: id) else {
        throw StageError(
          "ids/\(position): no image has the id '\(id)'",
          hint: "\(SamplesFormat.file) of 'images' lists the ids, which are written in full")
      }
      guard test.contains(index) else {
        throw StageError(
          "ids/\(position): image '\(id)' is not in the test set of the split",
          hint: "\(SplitFormat.file) of 'split' lists the parts")
      }
      indices.append(index)
    }
    return indices
  }

  /// Explains any model on the test images of a set.
  func explain(
    _ model: ExplainedModel, _ images: ImageSet, test: [Int], _ context: StageContext
  ) throws {
    guard !test.isEmpty else {
      throw StageError("the split has no test images", hint: "give the test set a fraction")
    }
    let named = try named(images, test: test)
    let masks = try context.locations["masks"].map { (folder) throws(StageError) in
      try NucleusMasks(folder)
    }
    try check(model, on: images.image(test[0]))
    let predictions = try model.predict(images, test, context)
    let chosen =
      named.isEmpty
      ? predictions.chosen(perClass: parameters.perClass, parameters.choose)
      : predictions.of(named)
    let methods = ExplanationMethods(parameters: parameters, model: model, context: context)
    var work = ExplanationWork(methods, images: images, masks: masks)
    try work.draw(chosen)
    try work.measure(predictions.ranked)
    try work.finish(testImages: predictions.count)
  }
}
