internal import Imaging
internal import PipelineDSL

/// A visual counterfactual explanation: which parts of an image would have to look as in another
/// one for another class to be predicted.
///
/// After Goyal and others 2019, and SEDC-T of Vermeire and others 2022.
///
/// The other image is the training image of the second most probable class whose logits are
/// nearest. Its pixels replace super-pixels of the image at the same places, one super-pixel at a
/// time: always the one after which the probability of the other class exceeds that of the
/// predicted one by most, until the other class is predicted. The map is 1 where a super-pixel is
/// replaced first, falls by equal steps to the last one, and is 0 elsewhere.
struct Counterfactual: ExplanationMethod {
  static var parameters: [String] {
    SuperPixels.parameters.filter { $0 != "hide" } + ["references"]
  }
  static let views = 3
  static let isExpensive = true

  /// The image with replaced super-pixels.
  struct Composition: Sendable {
    /// The replaced super-pixels in their order.
    var order: [Int] = []
    /// How much each of them raises the other class's probability minus that of the predicted one.
    var gains: [Double] = []
    /// The image.
    var image: Image
    /// Whether the other class is predicted.
    var isFlipped = false
  }

  static func cost(_ parameters: Explain.Parameters) -> Double {
    // A quarter of the super-pixels are replaced, and all the others are tried each time.
    let segments = Double(parameters.segments)
    return segments * segments / 4
  }

  init(_ parameters: Explain.Parameters) {}

  /// The method, which has no settings of its own.
  init() {}

  func findings(
    _ image: Image, _ prediction: ExplainedModel.Prediction, _ setting: ExplanationMethods
  ) throws -> [ExplanationMethods.Named] {
    guard let references = setting.references else {
      throw StageError("counterfactual needs training images to take super-pixels of")
    }
    let nearest = try references.nearest(to: image, predicted: prediction.predicted, setting.model)
    let parts = SuperPixels(image, setting.parameters)
    let found = try compose(
      parts, with: nearest.image, from: prediction.predicted, to: nearest.label,
      classify: setting.model.probabilities)
    let steps = found.order.count
    var values = [Double](repeating: 0, count: parts.count)
    var gains = values
    for (place, part) in found.order.enumerated() {
      values[part] = Double(steps - place) / Double(steps)
      gains[part] = found.gains[place]
    }
    let map = parts.spread(values)
    let replaced = (0..<map.count).count { map[$0] > 0 }
    return [
      (
        Explain.Method.counterfactual.rawValue,
        Finding(
          saliency: Saliency(width: image.width, height: image.height, values: map),
          views: [
            ("", image.overlaid(withSigned: map)), ("-composed", found.image),
            ("-other", nearest.image),
          ],
          arrays: [
            ("-gains", NPYArray(float32: gains.map { Float($0) }, shape: [parts.count])),
            ("-segments", parts.array),
          ],
          change: Finding.Change(
            other: nearest.id, label: nearest.label, isComplete: found.isFlipped,
            share: Double(replaced) / Double(map.count)))
      )
    ]
  }

  /// Replaces super-pixels by those of another image until a class is predicted or all are replaced.
  ///
  /// `classify` returns one probability per class for each of at most 32 images.
  func compose(
    _ parts: SuperPixels, with other: Image, from predicted: Int, to label: Int,
    classify: ([Image]) throws -> [[Float]]
  ) rethrows -> Composition {
    func margin(_ row: [Float]) -> Double { Double(row[label]) - Double(row[predicted]) }
    var found = Composition(image: parts.image)
    var shown = [Bool](repeating: true, count: parts.count)
    var reached = margin(try classify([parts.image])[0])
    var left = Array(0..<parts.count)
    while !left.isEmpty, !found.isFlipped {
      var best: (place: Int, row: [Float])?
      for start in stride(from: 0, to: left.count, by: SuperPixels.batch) {
        let batch = start..<min(start + SuperPixels.batch, left.count)
        let variants = batch.map { place in
          var variant = shown
          variant[left[place]] = false
          return parts.composed(showing: variant, over: other)
        }
        for (place, row) in zip(batch, try classify(variants)) {
          if let known = best, margin(known.row) >= margin(row) { continue }
          best = (place, row)
        }
      }
      guard let best else { break }
      let part = left.remove(at: best.place)
      shown[part] = false
      found.order.append(part)
      found.gains.append(margin(best.row) - reached)
      reached = margin(best.row)
      found.isFlipped = ClassificationReport.predicted(best.row) == label
    }
    found.image = parts.composed(showing: shown, over: other)
    return found
  }
}
