/// How well a saliency map finds a region, such as the nucleus.
struct SaliencyScores: Sendable, Hashable {
  /// How often a pixel of the region is more salient than one outside, ties counting half.
  let pixelAUROC: Double
  /// The share of all saliency that lies in the region.
  let energyInside: Double
  /// 1 if the most salient pixel lies in the region, else 0; the share that does, if several tie.
  let pointingGame: Double
  /// The share of the image that the region covers: the chance level of the two scores above.
  let maskShare: Double

  /// Where the rest of the saliency lies; `nil` if only the nucleus is known.
  private(set) var cytoplasm: Cytoplasm?

  /// The shares of the cytoplasm and of the background.
  struct Cytoplasm: Sendable, Hashable {
    /// The share of all saliency that lies in the cytoplasm; the rest is in nucleus and background.
    var energy: Double
    /// The share of all saliency that lies in the background.
    var energyBackground: Double
    /// The share of the image that the cytoplasm covers.
    var share: Double
  }

  /// The names of the scores in tables and metrics, in the order of `values`.
  static func names(withCytoplasm: Bool) -> [String] {
    ["pixel-auroc", "energy-inside", "pointing-game", "mask-share"]
      + (withCytoplasm ? ["energy-cytoplasm", "energy-background", "cytoplasm-share"] : [])
  }

  /// The scores in the order of `names`.
  var values: [Double] {
    [pixelAUROC, energyInside, pointingGame, maskShare]
      + (cytoplasm.map { [$0.energy, $0.energyBackground, $0.share] } ?? [])
  }

  /// Scores a map against the regions of a cell, as against the mask of its nucleus.
  init?(_ saliency: Saliency, _ regions: RegionMask) {
    self.init(saliency, mask: regions.nucleus)
    guard let inside = regions.cytoplasm else { return }
    let share = Double(inside.count { $0 }) / Double(inside.count)
    let total = saliency.values.reduce(0.0) { $0 + Double($1) }
    let energy = zip(saliency.values, inside).reduce(0.0) { $0 + ($1.1 ? Double($1.0) : 0) }
    // A flat map is as salient everywhere.
    let part = saliency.isFlat ? share : energy / total
    cytoplasm = Cytoplasm(
      energy: part, energyBackground: max(0, 1 - part - energyInside), share: share)
  }

  /// Scores a map against a mask (true inside), pixel by pixel.
  ///
  /// `nil` if the mask is empty or full, where there is nothing to find. A flat map scores at
  /// chance level: all pixels are equally salient.
  init?(_ saliency: Saliency, mask: [Bool]) {
    precondition(saliency.values.count == mask.count, "one mask value a pixel")
    guard let area = ROC.area(scores: saliency.values, positive: mask) else { return nil }
    pixelAUROC = area
    maskShare = Double(mask.count { $0 }) / Double(mask.count)
    guard !saliency.isFlat else {
      (energyInside, pointingGame) = (maskShare, maskShare)
      return
    }
    let highest = saliency.values.max() ?? 0
    var (inside, total, peaks, peaksInside) = (0.0, 0.0, 0, 0)
    for (value, isInside) in zip(saliency.values, mask) {
      total += Double(value)
      if isInside { inside += Double(value) }
      guard value == highest else { continue }
      peaks += 1
      if isInside { peaksInside += 1 }
    }
    (energyInside, pointingGame) = (inside / total, Double(peaksInside) / Double(peaks))
  }
}
