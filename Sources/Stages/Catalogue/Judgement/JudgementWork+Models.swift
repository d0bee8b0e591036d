internal import Imaging
internal import PipelineDSL

extension JudgementWork {
  /// The images that are explained again: the first ones of each true class.
  func repeated(_ predictions: [ExplainedModel.Prediction]) -> [ExplainedModel.Prediction] {
    var counts: [String: Int] = [:]
    return predictions.filter { prediction in
      counts[prediction.sample.label, default: 0] += 1
      return counts[prediction.sample.label, default: 0] <= parameters.repeatPerClass
    }
  }

  /// The changes of the maps of an image under noise.
  mutating func measureSensitivity(
    _ maps: [Map], _ image: Image, _ prediction: ExplainedModel.Prediction
  ) throws {
    guard measures(.maxSensitivity) else { return }
    var draws = draws(prediction, "noise")
    var noisy: [[Map]] = []
    for _ in 0..<parameters.sensitivityDraws {
      let changed = MaxSensitivity.noisy(image, radius: parameters.sensitivityNoise, draws: &draws)
      noisy.append(try self.maps(of: changed, prediction, by: models.model))
    }
    for (method, map) in maps {
      let others = noisy.compactMap { $0.first { $0.method == method }?.saliency }
      if let value = MaxSensitivity.score(map, others) {
        table.add(.maxSensitivity, value, method: method, prediction)
      }
    }
  }

  /// The agreement of each pair of methods on an image.
  mutating func measureAgreement(_ maps: [Map], _ prediction: ExplainedModel.Prediction) {
    guard measures(.agreement), maps.count > 1 else { return }
    let ties = ties(prediction)
    for (place, first) in maps.enumerated() {
      for second in maps[(place + 1)...] {
        table.add(
          MapAgreement(
            first.saliency, second.saliency, top: parameters.topShare, ties: ties),
          as: (.spearman, .iou, .ssim), method: "\(first.method)+\(second.method)", prediction)
      }
    }
  }

  /// Compares the maps with those of other models, which are loaded one after the other.
  mutating func compare(_ all: [ExplainedModel.Prediction]) throws {
    let predictions = repeated(all)
    if measures(.reseeded), !models.reseeded.isEmpty { try compareReseeded(predictions) }
    if measures(.labels), let randomised = models.randomised {
      for (prediction, method, agreement) in try agreements(predictions, with: randomised) {
        table.add(
          agreement, as: (.labelsSpearman, .labelsIoU, .labelsSSIM), method: method, prediction)
      }
    }
    guard measures(.layers) else { return }
    guard let layers = models.layers else {
      context.events.log("layers: left out, since the model is not a single network")
      return
    }
    try compareLayers(predictions, layers)
  }

  private mutating func compareReseeded(_ predictions: [ExplainedModel.Prediction]) throws {
    var found: [Int: [(method: String, agreement: MapAgreement)]] = [:]
    for other in models.reseeded {
      for (prediction, method, agreement) in try agreements(predictions, with: other) {
        found[prediction.index, default: []].append((method, agreement))
      }
    }
    for prediction in predictions {
      for (method, _) in maps[prediction.index] ?? [] {
        let own = (found[prediction.index] ?? []).filter { $0.method == method }
        guard let mean = MapAgreement(meanOf: own.map(\.agreement)) else { continue }
        table.add(
          mean, as: (.reseededSpearman, .reseededIoU, .reseededSSIM), method: method, prediction)
      }
    }
  }

  /// The similarity of the maps at each step of the cascade; that of the last step is the measure.
  private mutating func compareLayers(
    _ predictions: [ExplainedModel.Prediction], _ layers: [JudgedModels.Other]
  ) throws {
    for (step, layer) in layers.enumerated() {
      for (prediction, method, agreement) in try agreements(predictions, with: layer) {
        for (measure, value) in [
          (Measure.layersSpearman, agreement.spearman), (.layersIoU, agreement.iou),
        ] {
          curves.add(value, measure.rawValue, step: step, at: layer.name, method: method)
        }
        if let ssim = agreement.ssim {
          curves.add(
            ssim, Measure.layersSSIM.rawValue, step: step, at: layer.name, method: method)
        }
        guard step == layers.count - 1 else { continue }
        table.add(
          agreement, as: (.layersSpearman, .layersIoU, .layersSSIM), method: method, prediction)
      }
      context.events.progress(
        StageProgress(step + 1, of: layers.count, "layers", remark: "initialising layers again"))
    }
  }

  /// The agreement of every map with that of another model, by image and method.
  ///
  /// Methods that the other model does not have, such as the networks of another ensemble, are left
  /// out.
  private func agreements(
    _ predictions: [ExplainedModel.Prediction], with other: JudgedModels.Other
  ) throws -> [(ExplainedModel.Prediction, String, MapAgreement)] {
    let model = try other.load()
    guard model.classes == models.model.classes else {
      throw StageError(
        "the classes of '\(other.name)' are not those of the explained model",
        hint: "connect models that were trained on the same labels")
    }
    return try predictions.flatMap { prediction in
      let ties = ties(prediction)
      let theirs = try maps(of: try images.image(prediction.index), prediction, by: model)
      return (maps[prediction.index] ?? []).compactMap { method, map in
        theirs.first { $0.method == method }.map { other in
          (
            prediction, method,
            MapAgreement(map, other.saliency, top: parameters.topShare, ties: ties)
          )
        }
      }
    }
  }
}
