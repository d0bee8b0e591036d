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

    /// How many views it draws of an image.
    var views: Int { self == .gradCAM ? 1 : 3 }
  }

  struct Parameters: StageParameters {
    var methods = [Method.gradCAM, .lime]
    var perClass = 2
    var samples = 500
    var segments = 60
    var compactness = 10.0
    var features = 5
    var hide = LIME.Hiding.mean
    var masks: Location?
    var maskLimit = 200

    static var fields: [ParameterField<Self>] {
      [
        ParameterField("methods", \.methods, "The methods of explanation."),
        ParameterField(
          "per-class", \.perClass, in: 1...100,
          "How many right and how many wrong predictions of each class are explained."),
        ParameterField(
          "samples", \.samples, in: 10...100_000, "LIME: how many variants of an image are judged."),
        ParameterField(
          "segments", \.segments, in: 2...1000, "LIME: about how many super-pixels an image has."),
        ParameterField(
          "compactness", \.compactness, in: 0.01...1000,
          "LIME: how square super-pixels are, against how even in colour."),
        ParameterField(
          "features", \.features, in: 1...1000, "LIME: how many super-pixels the views show."),
        ParameterField("hide", \.hide, "LIME: what stands where a super-pixel is hidden."),
        ParameterField(
          "masks", \.masks,
          "A folder of nucleus masks: masks.csv (id, path) and PNGs of the originals' size."),
        ParameterField(
          "mask-limit", \.maskLimit, in: 1...1_000_000,
          "How many test images with masks Grad-CAM is measured on."),
      ]
    }

    func conflicts() -> [String] {
      if methods.isEmpty { return ["'methods' is empty: there is nothing to explain with"] }
      return Set(methods).count < methods.count ? ["'methods' names one method twice"] : []
    }
  }

  static let name = "explain"
  static let revision = 1
  static let summary =
    "Draws Grad-CAM and LIME explanations, and measures how well saliency finds nuclei."
  static let source =
    "Selvaraju et al. 2017 (Grad-CAM); Ribeiro, Singh and Guestrin 2016 (LIME, ridge over all "
    + "super-pixels); Zhang et al. 2018 (pointing game)"
  static let draws = true
  static let ports = Ports(
    inputs: [
      InputPort("model", .model, .one, "The model to explain."),
      InputPort("images", .images, .one, "The images it looks at."),
      InputPort("split", .split, .one, "Says which images are test images."),
    ],
    outputs: [
      OutputPort(
        "explanations", .explanations, "index.csv, overview.png, and a folder a method and class."),
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
        gradCAM: { try model.gradCAM($0, class: $1) }),
      images, test: split.indices(of: .test, in: images), context)
  }

  /// Explains any model on the test images of a set.
  func explain(
    _ model: ExplainedModel, _ images: ImageSet, test: [Int], _ context: StageContext
  ) throws {
    guard !test.isEmpty else {
      throw StageFailure("the split has no test images", mend: "give the test part a fraction")
    }
    let masks = try context.locations["masks"].map { (folder) throws(StageFailure) in
      try NucleusMasks(folder)
    }
    let predictions = try model.predict(images, test, context)
    let chosen = predictions.chosen(perClass: parameters.perClass)
    var work = ExplanationWork(
      parameters: parameters, model: model, images: images, masks: masks, context: context)
    try work.draw(chosen)
    try work.measure(predictions.ranked)
    try work.finish(testImages: predictions.count)
  }
}
