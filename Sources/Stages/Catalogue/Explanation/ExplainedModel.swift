internal import Imaging
internal import PipelineDSL

/// What explanations ask of a model.
struct ExplainedModel: Sendable {
  /// The class names, in the order of the probabilities.
  let classes: [String]
  /// One probability a class for each image.
  let probabilities: @Sendable ([Image]) throws -> [[Float]]
  /// The Grad-CAM map of a class at the size of the last convolution, not normalised.
  let gradCAM: @Sendable (Image, Int) throws -> (map: [Float], width: Int, height: Int)
  /// An image as the network takes it, pixel by pixel with its channels together.
  let input: @Sendable (Image) throws -> [Float]
  /// One logit a class for each of some inputs, one behind the other.
  let logits: @Sendable ([Float]) throws -> [[Float]]
  /// The gradient of the logit of a class at each of some inputs, one behind the other.
  let gradients: @Sendable ([Float], Int) throws -> [Float]

  /// What the model says of one test image.
  struct Prediction: Sendable, Hashable {
    /// The position of the image in its set.
    let index: Int
    /// The sample.
    let sample: Sample
    /// The class it is taken for.
    let predicted: Int
    /// The probability of that class.
    let probability: Float
    /// Whether it is taken for what it is.
    let isRight: Bool
    /// A number that follows from seed and id alone and puts samples into a random order.
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
        probabilities(batch.map(images.image)), batch.map { images.samples[$0].id }, classes)
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

extension [ExplainedModel.Prediction] {
  /// In the random order of the ranks.
  var ranked: [ExplainedModel.Prediction] {
    sorted { ($0.rank, $0.sample.id) < ($1.rank, $1.sample.id) }
  }

  /// So many right and so many wrong predictions of each label: labels sorted, right ones first.
  func chosen(perClass count: Int) -> [ExplainedModel.Prediction] {
    let ranked = ranked
    return Set(map(\.sample.label)).sorted().flatMap { label in
      [true, false].flatMap { isRight in
        ranked.filter { $0.sample.label == label && $0.isRight == isRight }.prefix(count)
      }
    }
  }
}
