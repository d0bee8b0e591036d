internal import Foundation
internal import Imaging
internal import PipelineDSL

/// The functions of a model that explanations use.
struct ExplainedModel: Sendable {
  /// The class names, in the order of the probabilities.
  let classes: [String]
  /// One probability per class for each image.
  let probabilities: @Sendable ([Image]) throws -> [[Float]]
  /// The Grad-CAM map of a class through each network of the model, at the size of a layer's output
  /// and not normalised.
  let gradCAMs: @Sendable (Image, Int) throws -> [GradCAMMap]
  /// The gradients of the logits; `nil` if the model has none.
  let gradients: ImageGradients?
  /// The feature maps of an image in each network of the model, with the gradients of a class's
  /// logit unless it is `nil`; by default an error.
  var layerMaps: @Sendable (Image, Int?) throws -> [NetworkMaps] = { _, _ in
    throw StageError("this model has no network with feature maps")
  }
  /// One logit per class for each image; without it, the logarithms of the probabilities serve,
  /// which differ from them by a constant.
  var logits: (@Sendable ([Image]) throws -> [[Float]])?

  /// One logit per class for each image, up to a constant of the image.
  func scores(_ images: [Image]) throws -> [[Float]] {
    if let logits { return try logits(images) }
    return try probabilities(images).map { row in
      row.map { log(max($0, Float.leastNormalMagnitude)) }
    }
  }

  /// The prediction for one test image.
  struct Prediction: Sendable, Hashable {
    /// The index of the image in its set.
    let index: Int
    /// The sample.
    let sample: Sample
    /// The predicted class.
    let predicted: Int
    /// The probability of that class.
    let probability: Float
    /// Whether the predicted class is the true class.
    let isRight: Bool
    /// A random sort key that depends only on seed and id.
    let rank: UInt64
  }

  /// Predicts images of a set, in the order of `indices`.
  func predict(
    _ images: ImageSet, _ indices: [Int], _ context: StageContext
  ) throws -> [Prediction] {
    var predictions: [Prediction] = []
    for start in stride(from: 0, to: indices.count, by: 64) {
      let batch = Array(indices[start..<min(start + 64, indices.count)])
      let rows = try Evaluate.checked(
        probabilities(batch.map { try images.image($0) }), batch.map { images.samples[$0].id },
        classes)
      for (index, row) in zip(batch, rows) {
        let sample = images.samples[index]
        let predicted = ClassificationReport.predicted(row)
        var draws = context.draws(Explain.name, sample: sample.id, purpose: "choice")
        predictions.append(
          Prediction(
            index: index, sample: sample, predicted: predicted, probability: row[predicted],
            isRight: classes[predicted] == sample.label, rank: draws.next()))
      }
      context.events.progress(
        StageProgress(predictions.count, of: indices.count, "images", remark: "predicting"))
    }
    return predictions
  }
}

extension ExplainedModel {
  /// The functions of a model, with Grad-CAM at a layer by name (`nil` for the last convolution).
  init(_ model: any ImageModel, layer: String?) {
    self.init(
      classes: model.classes, probabilities: { try model.probabilities($0) },
      gradCAMs: { try model.gradCAMs($0, class: $1, at: layer) }, gradients: model.gradients,
      layerMaps: { try model.layerMaps($0, class: $1, at: layer) },
      logits: { try model.logits(of: $0) })
  }
}

extension [ExplainedModel.Prediction] {
  /// The predictions in the random order of their ranks.
  var ranked: [ExplainedModel.Prediction] {
    sorted { ($0.rank, $0.sample.id) < ($1.rank, $1.sample.id) }
  }

  /// Up to `count` predictions per label, labels sorted.
  ///
  /// A fixed choice depends on seed, ids and labels only, so it is the same for every model. A
  /// choice by outcome has up to `count` right predictions per label and as many wrong ones.
  func chosen(perClass count: Int, _ choice: Explain.Choice) -> [ExplainedModel.Prediction] {
    let ranked = ranked
    let outcomes: [Set<Bool>] =
      switch choice {
      case .fixed: [[true, false]]
      case .byOutcome: [[true], [false]]
      }
    return Set(map(\.sample.label)).sorted().flatMap { label in
      outcomes.flatMap { outcome in
        ranked.filter { $0.sample.label == label && outcome.contains($0.isRight) }.prefix(count)
      }
    }
  }

  /// The predictions for images of a set, in the order of `indices`.
  func of(_ indices: [Int]) -> [ExplainedModel.Prediction] {
    let byIndex = Dictionary(map { ($0.index, $0) }) { first, _ in first }
    return indices.compactMap { byIndex[$0] }
  }
}
