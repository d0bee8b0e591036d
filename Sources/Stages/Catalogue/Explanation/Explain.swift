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

  struct Parameters: StageParameters {
    var methods = [Method.gradCAM, .lime]
    var perClass = 2
    var samples = 500
    var segmentation = Segmentation.slic
    var segments = 60
    var compactness = 10.0
    var kernelSize = 4.0
    var features = 5
    var hide = LIME.Hiding.mean
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
          "per-class", \.perClass, in: 1...100,
          "number of correct and of wrong predictions explained per class"),
        ParameterField(
          "samples", \.samples, in: 10...100_000,
          "LIME: number of perturbed variants predicted per image"),
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
          "LIME with quickshift: kernel width in pixels; a wider kernel gives fewer super-pixels"
        ),
        ParameterField(
          "features", \.features, in: 1...1000, "LIME: number of super-pixels shown"),
        ParameterField("hide", \.hide, "LIME: colour of hidden super-pixels"),
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
      if stride > window {
        conflicts.append("'stride' is greater than 'window': some places would never be hidden")
      }
      return conflicts
    }
  }

  static let name = "explain"
  static let revision = 4
  static let summary =
    "Explains predictions by up to four methods, and measures how well they locate nuclei."
  static let source =
    "Selvaraju et al. 2017 (Grad-CAM); Ribeiro, Singh and Guestrin 2016 (LIME, ridge over all "
    + "super-pixels); Vedaldi and Soatto 2008 (quick shift); Sundararajan, Taly and Yan 2017 "
    + "(integrated gradients); Zeiler and Fergus 2014 (occlusion); Zhang et al. 2018 (pointing game)"
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
        "index.csv, overview pages, and a folder per method and class"
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
    let model = try TrainedModel.load(context.input("model"), threads: context.threads)
    try explain(
      ExplainedModel(
        classes: model.classes, probabilities: { try model.probabilities($0) },
        gradCAM: { try model.gradCAM($0, class: $1) }, input: { try model.input($0) },
        logits: { model.logits($0) },
        gradients: { model.inputGradients($0, class: $1) }),
      images, test: split.indices(of: .test, in: images), context)
  }

  /// Explains any model on the test images of a set.
  func explain(
    _ model: ExplainedModel, _ images: ImageSet, test: [Int], _ context: StageContext
  ) throws {
    guard !test.isEmpty else {
      throw StageError("the split has no test images", hint: "give the test part a fraction")
    }
    let masks = try context.locations["masks"].map { (folder) throws(StageError) in
      try NucleusMasks(folder)
    }
    let predictions = try model.predict(images, test, context)
    let chosen = predictions.chosen(perClass: parameters.perClass)
    let methods = ExplanationMethods(parameters: parameters, model: model, context: context)
    var work = ExplanationWork(methods, images: images, masks: masks)
    try work.draw(chosen)
    try work.measure(predictions.ranked)
    try work.finish(testImages: predictions.count)
  }
}
