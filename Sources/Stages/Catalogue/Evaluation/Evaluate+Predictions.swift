internal import PipelineDSL

extension Evaluate {
  /// Evaluates given predictions, by the parts of a split; no model computes anything.
  func evaluate(
    _ predictions: PredictionSet, _ split: SplitTable, _ groups: [String: String],
    _ context: StageContext
  ) throws {
    let parts = try predictions.parts(by: split)
    let known = Set(predictions.rows.map(\.id))
    let asked = split.parts.filter { parameters.parts.contains($0.value) }
    let missing = asked.keys.count { !known.contains($0) }
    if missing > 0 {
      context.events.warn(
        "\(missing) of \(asked.count) samples of the split have no prediction: not counted")
    }
    let others = predictions.rows.count - parts.reduce(0) { $0 + $1.1.count }
    if others > 0 {
      context.events.warn(
        "\(others) of \(predictions.rows.count) predictions are of samples that the split does not "
          + "have: not counted")
    }
    let samples = try samples(of: predictions, context)
    try evaluate(
      parts: parts, samples: samples.map { Self.grouped($0, groups) },
      classes: predictions.classes, context: context
    ) { indices in indices.map { predictions.rows[$0].logits } }
  }

  /// The samples of predictions, with the sources and groups of images where these are connected.
  private func samples(
    of predictions: PredictionSet, _ context: StageContext
  ) throws(StageError) -> [Sample] {
    var samples = predictions.samples
    guard let images = context.inputs["images"]?.first else {
      context.events.log(
        "the sources of the samples are unknown: connect 'images' for scores by source")
      return samples
    }
    let known = try SampleTable(images).samples.map { ($0.id, $0) }
    let byID = Dictionary(known) { first, _ in first }
    for index in samples.indices {
      guard let sample = byID[samples[index].id] else { continue }
      (samples[index].source, samples[index].group) = (sample.source, sample.group)
    }
    return samples
  }
}
