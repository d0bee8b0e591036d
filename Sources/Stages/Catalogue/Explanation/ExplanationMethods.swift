internal import Imaging
internal import PipelineDSL

/// The explanation methods, set up for a model.
struct ExplanationMethods: Sendable {
  let parameters: Explain.Parameters
  let model: ExplainedModel
  let context: StageContext

  /// A name and the finding under it.
  typealias Named = (name: String, finding: Finding)

  /// Explains the predicted class of an image by one method.
  ///
  /// There is one finding, with the method's name, or for Grad-CAM of a model of several networks
  /// one per network: `grad-cam/xception`.
  func findings(
    _ method: Explain.Method, _ image: Image, _ prediction: ExplainedModel.Prediction
  ) throws -> [Named] {
    switch method {
    case .gradCAM: try gradCAMs(image, prediction)
    case .lime: [(method.rawValue, try lime(image, prediction))]
    case .integratedGradients: [(method.rawValue, try integratedGradients(image, prediction))]
    case .occlusion: [(method.rawValue, try occlusion(image, prediction))]
    }
  }

  private func gradCAMs(
    _ image: Image, _ prediction: ExplainedModel.Prediction
  ) throws -> [Named] {
    try model.gradCAMs(image, prediction.predicted).map { cam in
      try check(cam.map, .gradCAM, prediction)
      let saliency = Saliency.upsampled(
        cam.map, width: cam.width, height: cam.height, toWidth: image.width,
        toHeight: image.height)
      let method = Explain.Method.gradCAM.rawValue
      return (
        cam.part.isEmpty ? method : "\(method)/\(cam.part)",
        Finding(
          saliency: saliency, views: [("", image.overlaid(with: saliency.values))],
          arrays: [("", NPYArray(float32: saliency.values, shape: [image.height, image.width]))],
          positions: Finding.Positions(width: cam.width, height: cam.height))
      )
    }
  }

  private func lime(
    _ image: Image, _ prediction: ExplainedModel.Prediction
  ) throws -> Finding {
    let lime = LIME(
      samples: parameters.samples, kernelWidth: parameters.kernelWidth,
      penalty: parameters.penalty, hiding: parameters.hide)
    let segments =
      switch parameters.segmentation {
      case .slic:
        SLIC.segment(
          image, segments: parameters.segments, compactness: parameters.compactness)
      case .quickshift: Quickshift.segment(image, kernelSize: parameters.kernelSize)
      }
    var draws = context.draws(Explain.name, sample: prediction.sample.id, purpose: "lime")
    let count = Int(segments.max() ?? 0) + 1
    let found = try lime.explain(
      image, class: prediction.predicted, segments: segments,
      variants: lime.variants(segments: count, draws: &draws), classify: model.probabilities)
    let bytes = segments.flatMap { label in
      withUnsafeBytes(of: label.littleEndian) { Array($0) }
    }
    return Finding(
      saliency: found.saliency(width: image.width, height: image.height),
      views: [
        ("-hidden", found.hiddenView(of: image, features: parameters.features)),
        ("-positive", found.positiveView(of: image, features: parameters.features)),
        ("-both", found.bothView(of: image, features: parameters.features)),
      ],
      arrays: [
        ("-weights", NPYArray(float32: found.weights.map { Float($0) }, shape: [count])),
        ("-segments", NPYArray(kind: .int32, shape: [image.height, image.width], bytes: bytes)),
      ], fit: found.fit)
  }

  private func integratedGradients(
    _ image: Image, _ prediction: ExplainedModel.Prediction
  ) throws -> Finding {
    guard let gradients = model.gradients else { throw StageError("the model has no gradients") }
    let label = prediction.predicted
    let input = try gradients.input(image)
    let baseline = try gradients.input(parameters.baseline.image(for: image))
    let attributions = try IntegratedGradients(steps: parameters.steps).attributions(
      of: input, from: baseline, gradients: { try gradients.gradients($0, label) })
    let ends = try gradients.logits(input + baseline).map { $0[label] }
    let channels = image.channels
    let map = (0..<image.width * image.height).map { pixel in
      Float(attributions[pixel * channels..<(pixel + 1) * channels].reduce(0, +))
    }
    try check(map + ends, .integratedGradients, prediction)
    return Finding(
      saliency: Saliency(width: image.width, height: image.height, values: map),
      views: [("", image.overlaid(withSigned: map))],
      arrays: [("", NPYArray(float32: map, shape: [image.height, image.width]))],
      completeness: Finding.Completeness(
        sum: attributions.reduce(0, +), difference: Double(ends[0]) - Double(ends[1])))
  }

  private func occlusion(
    _ image: Image, _ prediction: ExplainedModel.Prediction
  ) throws -> Finding {
    let occlusion = Occlusion(
      window: parameters.window, stride: parameters.stride, hiding: parameters.hide)
    let losses = try occlusion.losses(
      of: image, class: prediction.predicted, classify: model.probabilities)
    try check(losses.values, .occlusion, prediction)
    let map = Saliency.enlarged(
      losses.values, width: losses.columns, height: losses.rows, toWidth: image.width,
      toHeight: image.height)
    return Finding(
      saliency: Saliency(width: image.width, height: image.height, values: map),
      views: [("", image.overlaid(withSigned: map))],
      arrays: [
        ("", NPYArray(float32: map, shape: [image.height, image.width])),
        ("-losses", NPYArray(float32: losses.values, shape: [losses.rows, losses.columns])),
      ])
  }

  private func check(
    _ values: [Float], _ method: Explain.Method, _ prediction: ExplainedModel.Prediction
  ) throws(StageError) {
    guard values.allSatisfy(\.isFinite) else {
      throw StageError(
        "\(method.rawValue) returns non-finite numbers for sample \(prediction.sample.id)",
        hint: "the model's weights may have diverged: train again with a lower learning rate")
    }
  }
}
