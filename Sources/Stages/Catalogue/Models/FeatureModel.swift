internal import Imaging
internal import Neural
internal import PipelineDSL

/// `model.json` of a classifier over features.
struct FeatureModelCard: Sendable {
  /// The folder of the classifier's files.
  static let classifierFolder = "classifier"

  /// The class names, in the order of the logits.
  let classes: [String]
  /// The edge of the square input images in pixels.
  let size: Int
  /// How its images were made from their originals; `nil` if unknown.
  let preparation: Preparation?
  /// How features are computed.
  let recipe: FeatureRecipe
  /// The classifier and where its files are.
  let classifier: ClassifierCard

  /// Reads the card of a model; throws if it is incomplete or inconsistent.
  init(_ json: JSONValue) throws(StageError) {
    let facts = try ModelFacts(json)
    (classes, size, preparation) = (facts.classes, facts.size, facts.preparation)
    guard let features = json["features"] else {
      throw StageError("the member 'features' is missing")
    }
    recipe = try FeatureRecipe(features)
    classifier = try ClassifierCard(json["classifier"], "classifier")
  }

  /// The card of a model as JSON, with the classifier in the folder `classifier`.
  static func json(
    _ facts: ModelFacts, _ recipe: FeatureRecipe, _ classifier: FittedClassifier
  ) -> JSONValue {
    var object: JSONObject = ["kind": .string(ModelKind.features.rawValue)]
    for member in facts.json.members { object[member.name] = member.value }
    object["features"] = recipe.json
    object["classifier"] = classifier.json(folder: classifierFolder)
    return .object(object)
  }
}

/// A classifier over the features of networks: images in, one logit per class out.
struct FeatureModel: ImageModel {
  let classes: [String]
  let size: Int
  let preparation: Preparation?
  private let computation: FeatureComputation
  private let classifier: FittedClassifier

  /// Loads a model that uses up to `threads` threads.
  ///
  /// Throws if its files are missing, damaged or inconsistent.
  init(_ artifact: InputArtifact, threads: Int) throws(StageError) {
    let card: FeatureModelCard
    let json = try ModelFacts.json(of: artifact)
    do throws(StageError) { card = try FeatureModelCard(json) } catch {
      throw artifact.failure(ModelCard.file, error.reason)
    }
    computation = try FeatureComputation(card.recipe, from: artifact, threads: threads)
    guard computation.size == card.size else {
      throw artifact.failure(
        ModelCard.file, "its size is \(card.size), but its networks take \(computation.size)")
    }
    classifier = try FittedClassifier.load(
      card.classifier, from: artifact, width: computation.width, classes: card.classes.count)
    (classes, size, preparation) = (card.classes, card.size, card.preparation)
  }

  func logits(of images: [Image]) throws -> [[Float]] {
    guard !images.isEmpty else { return [] }
    return try classifier.logits(try computation.features(of: images).flatMap { $0 })
  }

  func layerMaps(
    _ image: Image, class label: Int?, at layer: String?
  ) throws -> [NetworkMaps] {
    guard let label else { return try computation.layerMaps(image, at: layer) }
    return try computation.layerMaps(
      image, at: layer, gradient: { classifier.gradient(of: label, at: $0) },
      fallback: classes[label])
  }

  var gradients: ImageGradients? {
    guard classifier.hasGradient else { return nil }
    return ImageGradients(
      input: { image in
        try image.requireSize(size)
        return image.pixels.map { Float($0) / 255 }
      },
      logits: { pixels in
        guard !pixels.isEmpty else { return [] }
        return try classifier.logits(
          try computation.features(ofPixels: pixels).flatMap { $0 })
      },
      gradients: { pixels, label in
        try computation.pixelGradients(pixels) { features in
          classifier.gradient(of: label, at: features)
            ?? [Float](repeating: 0, count: features.count)
        }
      })
  }
}
