internal import Imaging
internal import PipelineDSL

/// One run of `explain`: what it draws, and what it measures on the way.
struct ExplanationWork {
  private let parameters: Explain.Parameters
  private let model: ExplainedModel
  private let images: ImageSet
  private let masks: NucleusMasks?
  private let context: StageContext
  private var folder: ExplanationFolder
  private var report = SaliencyReport()
  private var fits: [Double] = []
  private var drawn = 0
  private var missing = 0
  private var flat = 0
  /// Ids of the samples whose mask is empty or covers everything.
  private var unusable: Set<String> = []

  /// Work with a model on a set of images.
  init(
    parameters: Explain.Parameters, model: ExplainedModel, images: ImageSet,
    masks: NucleusMasks?, context: StageContext
  ) {
    (self.parameters, self.model, self.images) = (parameters, model, images)
    (self.masks, self.context) = (masks, context)
    folder = ExplanationFolder(context.output("explanations"), classes: model.classes)
  }

  /// Draws predictions by every method; LIME is measured on these alone, since it is dear.
  mutating func draw(_ chosen: [ExplainedModel.Prediction]) throws {
    for prediction in chosen {
      let image = images.image(prediction.index)
      let mask = try mask(of: prediction)
      folder.begin(prediction, image)
      for method in parameters.methods {
        switch method {
        case .gradCAM: try drawGradCAM(image, prediction, mask)
        case .lime: try drawLIME(image, prediction, mask)
        }
      }
      drawn += 1
      context.events.progress(
        StageProgress(drawn, of: chosen.count, "images", remark: "explaining"))
    }
  }

  private mutating func drawGradCAM(
    _ image: Image, _ prediction: ExplainedModel.Prediction, _ mask: [Bool]?
  ) throws {
    let saliency = try gradCAM(image, prediction)
    try folder.add(
      ExplanationFolder.Entry(
        method: Explain.Method.gradCAM.rawValue,
        views: [("", image.overlaid(with: saliency.values))],
        arrays: [
          ("", NPYArray(float32: saliency.values, shape: [saliency.height, saliency.width]))
        ], scores: mask.flatMap { SaliencyScores(saliency, mask: $0) }), prediction)
  }

  private mutating func drawLIME(
    _ image: Image, _ prediction: ExplainedModel.Prediction, _ mask: [Bool]?
  ) throws {
    let lime = LIME(samples: parameters.samples, hiding: parameters.hide)
    let segments = SLIC.segment(
      image, segments: parameters.segments, compactness: parameters.compactness)
    var draws = context.draws(Explain.name, sample: prediction.sample.id, purpose: "lime")
    let count = Int(segments.max() ?? 0) + 1
    let found = try lime.explain(
      image, class: prediction.predicted, segments: segments,
      variants: lime.variants(segments: count, draws: &draws), classify: model.probabilities)
    fits.append(found.fit)
    let saliency = found.saliency(width: image.width, height: image.height)
    let scores = mask.flatMap { SaliencyScores(saliency, mask: $0) }
    let method = Explain.Method.lime.rawValue
    if let scores {
      report.add(
        scores, method: method, prediction, predicted: model.classes[prediction.predicted])
    }
    let bytes = segments.flatMap { label in
      withUnsafeBytes(of: label.littleEndian) { Array($0) }
    }
    try folder.add(
      ExplanationFolder.Entry(
        method: method,
        views: [
          ("-hidden", found.hiddenView(of: image, features: parameters.features)),
          ("-positive", found.positiveView(of: image, features: parameters.features)),
          ("-both", found.bothView(of: image, features: parameters.features)),
        ],
        arrays: [
          ("-weights", NPYArray(float32: found.weights.map { Float($0) }, shape: [count])),
          (
            "-segments",
            NPYArray(kind: .int32, shape: [image.height, image.width], bytes: bytes)
          ),
        ], fit: found.fit, scores: scores), prediction)
  }

  /// Measures Grad-CAM on the first test images with masks, in a random order.
  mutating func measure(_ ranked: [ExplainedModel.Prediction]) throws {
    guard let masks else { return }
    let masked = ranked.filter { masks.contains($0.sample.id) }
    missing = ranked.count - masked.count
    guard parameters.methods.contains(.gradCAM) else { return }
    let measured = masked.prefix(parameters.maskLimit)
    for (done, prediction) in measured.enumerated() {
      let saliency = try gradCAM(images.image(prediction.index), prediction)
      if saliency.isFlat { flat += 1 }
      if let mask = try mask(of: prediction), let scores = SaliencyScores(saliency, mask: mask) {
        report.add(
          scores, method: Explain.Method.gradCAM.rawValue, prediction,
          predicted: model.classes[prediction.predicted])
      }
      context.events.progress(
        StageProgress(done + 1, of: measured.count, "images", remark: "measuring"))
    }
  }

  /// Writes what is written once, and says what the reader should know.
  func finish(testImages: Int) throws {
    try folder.finish(columns: 1 + parameters.methods.reduce(0) { $0 + $1.views })
    var metrics = report.metrics
    metrics["explained"] = Double(drawn)
    if !fits.isEmpty { metrics["lime/fit"] = fits.reduce(0, +) / Double(fits.count) }
    if masks != nil {
      metrics["masks/missing"] = Double(missing)
      metrics["masks/unusable"] = Double(unusable.count)
    }
    let output = context.output("metrics")
    try writeFile(report.table.bytes, output + "/saliency.csv")
    try writeFile(MetricsFile.bytes(of: metrics), output + "/" + MetricsFile.name)
    context.events.record(metrics)
    if missing > 0 {
      context.events.warn("\(missing) of \(testImages) test images have no mask: not measured")
    }
    if !unusable.isEmpty {
      context.events.warn(
        "\(unusable.count) masks are empty or full within the crop: nothing to find, not measured")
    }
    if flat > 0 {
      context.events.warn(
        "Grad-CAM is zero everywhere on \(flat) measured images: they score as chance does")
    }
  }

  private func gradCAM(
    _ image: Image, _ prediction: ExplainedModel.Prediction
  ) throws -> Saliency {
    let cam = try model.gradCAM(image, prediction.predicted)
    guard cam.map.allSatisfy(\.isFinite) else {
      throw StageFailure("Grad-CAM gives no finite numbers for sample \(prediction.sample.id)")
    }
    return Saliency.upsampled(
      cam.map, width: cam.width, height: cam.height, toWidth: image.width, toHeight: image.height)
  }

  private mutating func mask(
    of prediction: ExplainedModel.Prediction
  ) throws(StageFailure) -> [Bool]? {
    let mask = try masks?.mask(
      of: prediction.sample.id, crop: images.crop(prediction.index), width: images.width,
      height: images.height)
    guard let mask else { return nil }
    if !mask.contains(true) || !mask.contains(false) { unusable.insert(prediction.sample.id) }
    return mask
  }
}
