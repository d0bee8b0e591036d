internal import Imaging
internal import PipelineDSL

/// One run of `judge-explanations`.
struct JudgementWork {
  let parameters: JudgeExplanations.Parameters
  let models: JudgedModels
  let images: ImageSet
  let masks: (any RegionMasks)?
  let context: StageContext

  var table: JudgementTable
  var curves = CurveTable()
  /// The maps of the images that are explained again, for comparisons with those of other models.
  var maps: [Int: [Map]] = [:]
  private var missing = 0
  private var unusable = 0
  private var judged = 0
  /// The number of maps that are zero everywhere, by method, in order of appearance.
  private var flat: [(method: String, count: Int)] = []

  /// A map, under the name of its method.
  typealias Map = (method: String, saliency: Saliency)

  /// Creates a run.
  init(
    parameters: JudgeExplanations.Parameters, models: JudgedModels, images: ImageSet,
    masks: (any RegionMasks)?, context: StageContext
  ) {
    (self.parameters, self.models, self.images) = (parameters, models, images)
    (self.masks, self.context) = (masks, context)
    table = JudgementTable(
      baselines: parameters.baselines, confidence: parameters.confidence)
  }

  func measures(_ group: Measure.Group) -> Bool { parameters.measures.contains(group) }

  /// The random key of each pixel of a sample's maps, which orders equal values.
  func ties(_ prediction: ExplainedModel.Prediction) -> [UInt64] {
    var draws = self.draws(prediction, "ties")
    return (0..<images.width * images.height).map { _ in draws.next() }
  }

  func draws(_ prediction: ExplainedModel.Prediction, _ purpose: String) -> RandomStream {
    context.draws(JudgeExplanations.name, sample: prediction.sample.id, purpose: purpose)
  }

  /// The maps of every method for an image, of the class that the judged model predicts.
  func maps(
    of image: Image, _ prediction: ExplainedModel.Prediction, by model: ExplainedModel
  ) throws -> [Map] {
    let methods = ExplanationMethods(
      parameters: parameters.explain, model: model, context: context)
    return try parameters.explain.methods.flatMap { method in
      let findings: [ExplanationMethods.Named]
      do { findings = try methods.findings(method, image, prediction) } catch {
        guard let error = error as? StageError else { throw error }
        throw StageError(
          "\(method.rawValue): \(error.reason)",
          hint: error.hint ?? "let 'methods' name methods that work with this model")
      }
      return try findings.map { named in
        (named.name, try Self.checked(named.finding.saliency, named.name, prediction))
      }
    }
  }

  /// Throws unless a map has one finite number per pixel.
  static func checked(
    _ map: Saliency, _ method: String, _ prediction: ExplainedModel.Prediction
  ) throws(StageError) -> Saliency {
    guard map.values.allSatisfy(\.isFinite) else {
      throw StageError(
        "the map of \(method) for sample \(prediction.sample.id) has non-finite numbers",
        hint: "the model's weights may have diverged: train again with a lower learning rate")
    }
    return map
  }

  /// Judges the maps of every method, and the baseline maps, on each image.
  mutating func judge(_ predictions: [ExplainedModel.Prediction]) throws {
    let again = Set(repeated(predictions).map(\.index))
    for prediction in predictions {
      let image = try images.image(prediction.index)
      let found = try maps(of: image, prediction, by: models.model)
      let baselines = parameters.baselines.map { baseline -> Map in
        var draws = draws(prediction, "baseline")
        return (baseline.rawValue, baseline.map(of: image, draws: &draws))
      }
      for map in found where map.saliency.isFlat { countFlat(map.method) }
      try measure(found + baselines, image, prediction)
      measureAgreement(found, prediction)
      if again.contains(prediction.index) {
        maps[prediction.index] = found
        try measureSensitivity(found, image, prediction)
      }
      judged += 1
      context.events.progress(
        StageProgress(judged, of: predictions.count, "images", remark: "measuring"))
    }
  }

  private mutating func countFlat(_ method: String) {
    if let place = flat.firstIndex(where: { $0.method == method }) {
      flat[place].count += 1
    } else {
      flat.append((method, 1))
    }
  }

  /// The measures that baseline maps have too.
  private mutating func measure(
    _ maps: [Map], _ image: Image, _ prediction: ExplainedModel.Prediction
  ) throws {
    let subject = JudgedImage(
      image: image, backdrop: parameters.removalHide.image(for: image),
      label: prediction.predicted, classify: models.model.probabilities)
    let ties = ties(prediction)
    let squares = try hiddenSquares(of: subject, prediction)
    let subsets = try hiddenSubsets(of: subject, prediction)
    let regions = try regions(of: prediction)
    for (method, map) in maps {
      let order = RelevanceOrder(map, ties: ties)
      if measures(.removal) {
        let removal = try RemovalCurves(of: subject, order, steps: parameters.removalSteps)
        let shares = RemovalCurves.shares(parameters.removalSteps).map { decimal($0, 4) }
        for (measure, curve) in [
          (Measure.deletion, removal.deletion), (.insertion, removal.insertion),
        ] {
          table.add(measure, RemovalCurves.area(under: curve), method: method, prediction)
          curves.add(curve, measure.rawValue, at: shares, method: method)
        }
      }
      if measures(.erasure) {
        let erasure = try Erasure(of: subject, order)
        table.add(.comprehensiveness, erasure.comprehensiveness, method: method, prediction)
        table.add(.sufficiency, erasure.sufficiency, method: method, prediction)
      }
      if let squares {
        table.add(.infidelity, Infidelity.score(map, squares), method: method, prediction)
      }
      if let subsets {
        table.add(.sensitivityN, subsets.score(map), method: method, prediction)
      }
      for (measure, value) in regions?.scores(of: map, order, top: parameters.topShare) ?? [] {
        table.add(measure, value, method: method, prediction)
      }
    }
  }

  private func hiddenSquares(
    of subject: JudgedImage, _ prediction: ExplainedModel.Prediction
  ) throws -> HiddenParts? {
    guard measures(.infidelity) else { return nil }
    var draws = draws(prediction, "infidelity")
    return try HiddenParts(
      of: subject,
      Infidelity.squares(
        parameters.perturbations, width: images.width, height: images.height, draws: &draws))
  }

  private func hiddenSubsets(
    of subject: JudgedImage, _ prediction: ExplainedModel.Prediction
  ) throws -> SensitivityN? {
    guard measures(.sensitivityN) else { return nil }
    var draws = draws(prediction, "sensitivity-n")
    let subsets = SensitivityN.subsets(
      parameters.perturbations, width: images.width, height: images.height, draws: &draws)
    return SensitivityN(groups: try subsets.map { try HiddenParts(of: subject, $0) })
  }

  private mutating func regions(
    of prediction: ExplainedModel.Prediction
  ) throws(StageError) -> RegionMask? {
    guard measures(.localisation), let masks else { return nil }
    let regions = try masks.regions(
      of: prediction.sample.id, crop: images.crop(prediction.index), width: images.width,
      height: images.height)
    guard let regions else {
      missing += 1
      return nil
    }
    guard regions.isUsable else {
      unusable += 1
      return nil
    }
    return regions
  }

  /// Writes the tables and the metrics, and reports warnings.
  func finish() throws {
    let folder = context.output("metrics")
    var metrics = table.metrics
    metrics["images"] = Double(judged)
    if measures(.localisation), masks != nil {
      metrics["masks/missing"] = Double(missing)
      metrics["masks/unusable"] = Double(unusable)
    }
    try writeFile(table.measures.bytes, folder + "/measures.csv")
    try writeFile(table.gains.bytes, folder + "/" + GainsFormat.file)
    try writeFile(curves.table.bytes, folder + "/curves.csv")
    try writeFile(MetricsFile.bytes(of: metrics), folder + "/" + MetricsFile.name)
    context.events.record(metrics)
    warn()
  }

  private func warn() {
    let events = context.events
    if missing > 0 {
      events.warn("\(missing) of \(judged) explained images have no mask: not localised")
    }
    if unusable > 0 {
      events.warn("\(unusable) masks are empty or full within the crop: not localised")
    }
    for (method, count) in flat {
      events.warn("\(method) is zero everywhere on \(count) images: it orders no pixels")
    }
    for (method, measures) in table.withoutGain {
      events.warn(
        "\(method) has no gain over the best baseline in "
          + measures.map(\.rawValue).joined(separator: ", "))
    }
  }
}
