internal import Imaging
internal import Neural
internal import PipelineDSL

/// Shows what a model looks at, and scores it against masks of what it should look at.
struct Explain: StageKind {
  static let name = "explain"
  static let revision = 6
  static let summary =
    "Explains predictions by up to nine methods, and measures how well they locate nuclei."
  static let source =
    "Selvaraju et al. 2017 (Grad-CAM); Chattopadhay et al. 2018 (Grad-CAM++); Wang et al. 2020 "
    + "(Score-CAM); Ribeiro, Singh and Guestrin 2016 (LIME as in the package "
    + "lime, with ridge over all super-pixels); Vedaldi and Soatto 2008 (quick shift); Lundberg and "
    + "Lee 2017 (Kernel SHAP); Sundararajan, Taly and Yan 2017 (integrated gradients); Smilkov et "
    + "al. 2017 (SmoothGrad); Zeiler and Fergus 2014 (occlusion); Goyal et al. 2019 and Vermeire et "
    + "al. 2022 (counterfactuals); "
    + "Zhang et al. 2018 (pointing game)"
  static let draws = true
  static let ports = Ports(
    inputs: [
      InputPort("model", .model, .one, "model to explain"),
      InputPort("images", .images, .one, "images to explain"),
      InputPort("split", .split, .one, "split that has the test set"),
      InputPort(
        "masks", .masks, .optional,
        "masks of nucleus and cytoplasm, of segment-nucleus on the same images"),
    ],
    outputs: [
      OutputPort(
        "explanations", .explanations,
        "index.csv, overview pages, and a folder per method and class; of a model of several networks, "
          + "the methods of feature maps have a folder per network"
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
      test: split.indices(of: .test, in: images), train: split.indices(of: .train, in: images),
      context)
  }

  /// Throws if a method does not work with a model, which an image shows, before any work is done.
  private func check(_ model: ExplainedModel, on image: Image) throws {
    for method in parameters.methods {
      switch method.type.need {
      case .mapGradients where method == .gradCAM: _ = try model.gradCAMs(image, 0)
      case .mapGradients: _ = try model.layerMaps(image, 0)
      case .maps: _ = try model.layerMaps(image, nil)
      case .gradients, nil: break
      }
    }
    guard model.gradients == nil,
      let method = parameters.methods.first(where: { $0.type.need == .gradients })
    else { return }
    let working = Method.allCases.filter { method in
      switch method.type.need {
      case .mapGradients: (try? model.gradCAMs(image, 0)) != nil
      case .maps: (try? model.layerMaps(image, nil)) != nil
      case .gradients: false
      case nil: true
      }
    }
    throw StageError(
      "\(method.rawValue) needs gradients, which this model does not have",
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
    _ model: ExplainedModel, _ images: ImageSet, test: [Int], train: [Int] = [],
    _ context: StageContext
  ) throws {
    guard !test.isEmpty else {
      throw StageError("the split has no test images", hint: "give the test set a fraction")
    }
    let named = try named(images, test: test)
    let masks = try context.masks(for: images)
    try check(model, on: try images.image(test[0]))
    let predictions = try model.predict(images, test, context)
    let chosen =
      named.isEmpty
      ? predictions.chosen(perClass: parameters.perClass, parameters.choose)
      : predictions.of(named)
    var methods = ExplanationMethods(parameters: parameters, model: model, context: context)
    if parameters.methods.contains(.counterfactual) {
      methods.references = try ReferenceImages(
        images, train: train, perClass: parameters.references, model, context)
    }
    var work = ExplanationWork(methods, images: images, masks: masks)
    try work.draw(chosen)
    try work.measure(predictions.ranked)
    try work.finish(testImages: predictions.count)
  }
}
