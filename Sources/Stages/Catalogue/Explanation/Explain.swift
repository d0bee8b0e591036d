internal import Imaging
internal import Neural
internal import PipelineDSL

/// Shows what a model looks at, and measures it where masks tell what it should look at.
struct Explain: StageKind {
  /// A method of explanation.
  enum Method: String, ParameterChoice {
    /// Gradient-weighted class activation mapping.
    case gradCAM = "grad-cam"
    /// Super-pixels by LIME.
    case lime
    /// Gradients along the line from a baseline.
    case integratedGradients = "integrated-gradients"
    /// What the class loses behind a window.
    case occlusion

    /// How many views it draws of an image.
    var views: Int { self == .lime ? 3 : 1 }
  }

  /// How LIME's super-pixels are made.
  enum Segmentation: String, ParameterChoice {
    /// Simple linear iterative clustering.
    case slic
    /// Quick shift, as the package `lime` does.
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
        ParameterField("methods", \.methods, "The methods of explanation."),
        ParameterField(
          "per-class", \.perClass, in: 1...100,
          "How many right and how many wrong predictions of each class are explained."),
        ParameterField(
          "samples", \.samples, in: 10...100_000, "LIME: how many variants of an image are judged."),
        ParameterField(
          "segmentation", \.segmentation, "LIME: how an image is cut into super-pixels."),
        ParameterField(
          "segments", \.segments, in: 2...1000,
          "LIME by slic: about how many super-pixels an image has."),
        ParameterField(
          "compactness", \.compactness, in: 0.01...1000,
          "LIME by slic: how square super-pixels are, against how even in colour."),
        ParameterField(
          "kernel-size", \.kernelSize, in: 1...20,
          "LIME by quickshift: the width of its kernel in pixels; more of them, fewer super-pixels."
        ),
        ParameterField(
          "features", \.features, in: 1...1000, "LIME: how many super-pixels the views show."),
        ParameterField("hide", \.hide, "LIME: what stands where a super-pixel is hidden."),
        ParameterField(
          "steps", \.steps, in: 2...1000,
          "Integrated gradients: at how many points of the line the gradient is taken."),
        ParameterField(
          "baseline", \.baseline,
          "Integrated gradients: the image that says nothing, at which the line begins."),
        ParameterField(
          "window", \.window, in: 0.01...1,
          "Occlusion: the edges of the window, as a share of the image's."),
        ParameterField(
          "stride", \.stride, in: 0.01...1,
          "Occlusion: how far the window moves, as a share of the image's edges."),
        ParameterField(
          "masks", \.masks,
          "A folder of nucleus masks: masks.csv (id, path) and PNGs of the originals' size."),
        ParameterField(
          "mask-limit", \.maskLimit, in: 1...1_000_000,
          "How many test images with masks each method is measured on, but LIME."),
        ParameterField(
          "lime-limit", \.limeLimit, in: 1...1_000_000,
          "How many of them LIME is measured on, which judges 'samples' variants of each."),
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
    "Draws what a model looks at by up to four methods, and measures how well they find nuclei."
  static let source =
    "Selvaraju et al. 2017 (Grad-CAM); Ribeiro, Singh and Guestrin 2016 (LIME, ridge over all "
    + "super-pixels); Vedaldi and Soatto 2008 (quick shift); Sundararajan, Taly and Yan 2017 "
    + "(integrated gradients); Zeiler and Fergus 2014 (occlusion); Zhang et al. 2018 (pointing game)"
  static let draws = true
  static let ports = Ports(
    inputs: [
      InputPort("model", .model, .one, "The model to explain."),
      InputPort("images", .images, .one, "The images it looks at."),
      InputPort("split", .split, .one, "Says which images are test images."),
    ],
    outputs: [
      OutputPort(
        "explanations", .explanations, "index.csv, overview pages, and a folder a method and class."
      ),
      OutputPort(
        "metrics", .metrics, side: true,
        "metrics.json and saliency.csv: how well saliency finds the masks."),
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
