internal import Imaging
internal import PipelineDSL

/// One run of `explain`: draws explanations and measures them.
struct ExplanationWork {
  /// The score of an explanation, kept so that none is computed twice.
  private struct Score {
    /// The method's name, with that of a network where a model of several has one for each.
    var name: String
    var scores: SaliencyScores?
    var isFlat: Bool
    var fit: Double?
  }

  /// Smaller feature maps give a warning.
  private static let fewestPositions = 4

  private let methods: ExplanationMethods
  private let images: ImageSet
  private let masks: (any RegionMasks)?
  private var folder: ExplanationFolder
  private var report: SaliencyReport
  private var scored: [Explain.Method: [Int: [Score]]] = [:]
  private var fits: [Double] = []
  private var completeness: [Finding.Completeness] = []
  private var changes: [(id: String, predicted: Int, change: Finding.Change)] = []
  /// The size of each network's feature map, the same for all images, by the name of the finding.
  private var positions: [(name: String, size: Finding.Positions)] = []
  private var drawn = 0
  private var missing = 0
  /// The number of measured maps that are zero everywhere, by name, in order of appearance.
  private var flat: [(name: String, count: Int)] = []
  /// Ids of the samples whose mask is empty or covers everything.
  private var unusable: Set<String> = []

  private var parameters: Explain.Parameters { methods.parameters }
  private var context: StageContext { methods.context }

  /// Creates a run of some methods on a set of images.
  init(_ methods: ExplanationMethods, images: ImageSet, masks: (any RegionMasks)?) {
    (self.methods, self.images, self.masks) = (methods, images, masks)
    folder = ExplanationFolder(
      methods.context.output("explanations"), classes: methods.model.classes,
      scores: SaliencyScores.names(withCytoplasm: masks?.hasCytoplasm == true))
    report = SaliencyReport(
      scores: SaliencyScores.names(withCytoplasm: masks?.hasCytoplasm == true))
  }

  /// Draws the explanations of predictions by every method.
  mutating func draw(_ chosen: [ExplainedModel.Prediction]) throws {
    for prediction in chosen {
      let image = try images.image(prediction.index)
      folder.begin(prediction, image)
      for method in parameters.methods {
        let (findings, scores) = try explain(method, image, prediction)
        for (named, score) in zip(findings, scores) {
          try folder.add(
            ExplanationFolder.Entry(
              method: named.name, finding: named.finding, scores: score.scores), prediction)
        }
      }
      drawn += 1
      context.events.progress(
        StageProgress(drawn, of: chosen.count, "images", remark: "explaining"))
    }
  }

  /// Measures each method on the first test images with masks, in one random order for all methods.
  ///
  /// Expensive methods are measured on fewer of them: the means of all methods are over
  /// samples drawn in the same way, and `saliency.csv` contains the images that they share.
  mutating func measure(_ ranked: [ExplainedModel.Prediction]) throws {
    guard let masks else { return }
    let masked = ranked.filter { masks.contains($0.sample.id) }
    missing = ranked.count - masked.count
    for method in parameters.methods {
      let limit = method.type.isExpensive ? parameters.limeLimit : parameters.maskLimit
      let measured = masked.prefix(limit)
      for (done, prediction) in measured.enumerated() {
        for score in try scores(method, prediction) { count(score, prediction) }
        context.events.progress(
          StageProgress(
            done + 1, of: measured.count, "images", remark: "measuring \(method.rawValue)"))
      }
    }
  }

  /// Adds a score to the report, and counts a flat map.
  private mutating func count(_ score: Score, _ prediction: ExplainedModel.Prediction) {
    if score.isFlat {
      if let place = flat.firstIndex(where: { $0.name == score.name }) {
        flat[place].count += 1
      } else {
        flat.append((score.name, 1))
      }
    }
    guard let scores = score.scores else { return }
    report.add(
      scores, method: score.name, prediction,
      predicted: methods.model.classes[prediction.predicted], fit: score.fit)
  }

  private mutating func scores(
    _ method: Explain.Method, _ prediction: ExplainedModel.Prediction
  ) throws -> [Score] {
    if let known = scored[method]?[prediction.index] { return known }
    return try explain(method, try images.image(prediction.index), prediction).scores
  }

  private mutating func explain(
    _ method: Explain.Method, _ image: Image, _ prediction: ExplainedModel.Prediction
  ) throws -> (findings: [ExplanationMethods.Named], scores: [Score]) {
    let findings = try methods.findings(method, image, prediction)
    let mask = try mask(of: prediction)
    let scores = findings.map { name, finding in
      Score(
        name: name, scores: mask.flatMap { SaliencyScores(finding.saliency, $0) },
        isFlat: finding.saliency.isFlat, fit: finding.fit)
    }
    scored[method, default: [:]][prediction.index] = scores
    for (name, finding) in findings {
      if let size = finding.positions, !positions.contains(where: { $0.name == name }) {
        positions.append((name, size))
      }
      if let fit = finding.fit { fits.append(fit) }
      if let completeness = finding.completeness { self.completeness.append(completeness) }
      if let change = finding.change {
        changes.append((prediction.sample.id, prediction.predicted, change))
      }
    }
    return (findings, scores)
  }

  private mutating func mask(
    of prediction: ExplainedModel.Prediction
  ) throws(StageError) -> RegionMask? {
    let mask = try masks?.regions(
      of: prediction.sample.id, crop: images.crop(prediction.index), width: images.width,
      height: images.height)
    guard let mask else { return nil }
    if !mask.nucleus.contains(true) || !mask.nucleus.contains(false) {
      unusable.insert(prediction.sample.id)
    }
    return mask
  }

  /// Writes the index, the overview and the metrics, and reports warnings.
  func finish(testImages: Int) throws {
    try folder.finish(columns: columns)
    if !changes.isEmpty { try writeChanges() }
    let metrics = metrics
    let output = context.output("metrics")
    try writeFile(report.table.bytes, output + "/saliency.csv")
    try writeFile(MetricsFile.bytes(of: metrics), output + "/" + MetricsFile.name)
    context.events.record(metrics)
    if missing > 0 {
      context.events.warn("\(missing) of \(testImages) test images have no mask: not measured")
    }
    if !unusable.isEmpty {
      context.events.warn(
        "\(unusable.count) masks are empty or full within the crop: not measured")
    }
    for (name, size) in positions where min(size.width, size.height) < Self.fewestPositions {
      context.events.warn(
        "\(name) has a feature map of only \(size.width) x \(size.height): too coarse "
          + "to show a part of a cell; set 'layer' to an earlier one")
    }
    for (name, count) in flat {
      context.events.warn(
        "\(name) is zero everywhere on \(count) measured images: they count as chance "
          + "does")
    }
    let unchanged = changes.count { !$0.change.isComplete }
    if unchanged > 0 {
      context.events.warn(
        "counterfactual does not change the class of \(unchanged) of \(changes.count) images, even "
          + "with every super-pixel replaced: the model predicts another class for the image that "
          + "replaces them")
    }
    if let error = metrics["integrated-gradients/completeness-error"], error > 0.05 {
      context.events.warn(
        "integrated gradients miss \(decimal(100 * error, 1)) % of the sum they should have: "
          + "raise 'steps' above \(parameters.steps)")
    }
  }

  /// Writes `counterfactual.csv`: what changes the class of each image, in the order explained.
  private func writeChanges() throws(StageError) {
    let classes = methods.model.classes
    let table = CSVTable(
      columns: ["id", "predicted", "other-class", "other-id", "changed", "replaced-share"],
      rows: changes.map { id, predicted, change in
        [
          id, classes[predicted], classes[change.label], change.other, String(change.isComplete),
          decimal(change.share, 6),
        ]
      })
    try writeFile(
      table.bytes,
      context.output("explanations") + "/" + Explain.Method.counterfactual.rawValue
        + ".csv")
  }

  /// The tiles of an image in the overview: itself, and the views of every method.
  private var columns: Int {
    1
      + parameters.methods.reduce(0) {
        $0 + $1.type.views * networks(of: $1)
      }
  }

  /// The number of findings of a method per image.
  private func networks(of method: Explain.Method) -> Int {
    guard method.type.isPerNetwork else { return 1 }
    let prefix = method.rawValue + "/"
    return max(1, positions.count { $0.name.hasPrefix(prefix) })
  }

  private var metrics: [String: Double] {
    var metrics = report.metrics
    metrics["explained"] = Double(drawn)
    if !fits.isEmpty { metrics["lime/fit"] = fits.reduce(0, +) / Double(fits.count) }
    if !completeness.isEmpty {
      let gap = completeness.reduce(0) { $0 + $1.gap }
      let whole = completeness.reduce(0) { $0 + abs($1.difference) }
      metrics["integrated-gradients/completeness-gap"] = gap / Double(completeness.count)
      // A ratio of sums, since a single difference can be close to zero.
      if whole > 0 { metrics["integrated-gradients/completeness-error"] = gap / whole }
    }
    if !changes.isEmpty {
      let complete = changes.map(\.change).filter(\.isComplete)
      metrics["counterfactual/changed"] = Double(complete.count) / Double(changes.count)
      if !complete.isEmpty {
        metrics["counterfactual/replaced-share"] =
          complete.reduce(0) { $0 + $1.share } / Double(complete.count)
      }
    }
    if masks != nil {
      metrics["masks/missing"] = Double(missing)
      metrics["masks/unusable"] = Double(unusable.count)
    }
    return metrics
  }
}
