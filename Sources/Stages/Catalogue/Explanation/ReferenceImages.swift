internal import Foundation
internal import Imaging
internal import PipelineDSL

/// Training images and what the model predicts for them, from which `counterfactual` takes parts.
struct ReferenceImages: Sendable {
  /// The nearest training image of a class.
  struct Nearest: Sendable {
    var id: String
    var image: Image
    /// Its class.
    var label: Int
  }

  private struct Entry: Sendable {
    var index: Int
    var label: Int
    var isRight: Bool
    /// The logits minus their mean.
    var logits: [Double]
  }

  private let images: ImageSet
  private let entries: [Entry]

  /// Predicts up to `count` training images per class, drawn by seed and id.
  ///
  /// Throws if no training image has a class of the model.
  init(
    _ images: ImageSet, train: [Int], perClass count: Int, _ model: ExplainedModel,
    _ context: StageContext
  ) throws {
    self.images = images
    var chosen: [(index: Int, label: Int)] = []
    for (label, name) in model.classes.enumerated() {
      let ranked = train.filter { images.samples[$0].label == name }.map { index in
        var draws = context.draws(
          Explain.name, sample: images.samples[index].id, purpose: "reference")
        return (rank: draws.next(), index: index)
      }
      chosen += ranked.sorted { ($0.rank, $0.index) < ($1.rank, $1.index) }.prefix(count).map {
        ($0.index, label)
      }
    }
    guard !chosen.isEmpty else {
      throw StageError(
        "counterfactual needs training images of the model's classes, and the split has none",
        hint: "give the training set a fraction, or remove counterfactual from 'methods'")
    }
    var entries: [Entry] = []
    for start in stride(from: 0, to: chosen.count, by: SuperPixels.batch) {
      let batch = chosen[start..<min(start + SuperPixels.batch, chosen.count)]
      let rows = try model.scores(batch.map { try images.image($0.index) })
      for (choice, row) in zip(batch, rows) {
        entries.append(
          Entry(
            index: choice.index, label: choice.label,
            isRight: ClassificationReport.predicted(row) == choice.label,
            logits: Self.centred(row)))
      }
      context.events.progress(
        StageProgress(entries.count, of: chosen.count, "images", remark: "predicting references"))
    }
    self.entries = entries
  }

  /// The training image nearest to an image by logits, of the most probable class other than the
  /// predicted one that has any.
  ///
  /// Images that the model predicts right come first, since those of another prediction may not
  /// change that of the image even as a whole.
  func nearest(
    to image: Image, predicted: Int, _ model: ExplainedModel
  ) throws -> Nearest {
    let row = try model.scores([image])[0]
    let logits = Self.centred(row)
    let others = row.indices.filter { $0 != predicted }
      .sorted { (row[$1], $0) < (row[$0], $1) }
    for label in others {
      let all = entries.filter { $0.label == label }
      let right = all.filter(\.isRight)
      let candidates = (right.isEmpty ? all : right).map { entry in
        (distance: Self.distance(entry.logits, logits), index: entry.index)
      }
      guard let best = candidates.min(by: { ($0.distance, $0.index) < ($1.distance, $1.index) })
      else { continue }
      return Nearest(
        id: images.samples[best.index].id, image: try images.image(best.index), label: label)
    }
    throw StageError(
      "counterfactual finds no training image of a class other than '\(model.classes[predicted])'",
      hint: "choose a split whose training set has every class")
  }

  private static func centred(_ row: [Float]) -> [Double] {
    let mean = row.reduce(0.0) { $0 + Double($1) } / Double(row.count)
    return row.map { Double($0) - mean }
  }

  private static func distance(_ one: [Double], _ other: [Double]) -> Double {
    zip(one, other).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
  }
}
