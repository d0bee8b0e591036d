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

  /// The names of the scores in tables and metrics, in the order of `values`.
  static let names = ["pixel-auroc", "energy-inside", "pointing-game", "mask-share"]

  /// The scores in the order of `names`.
  var values: [Double] { [pixelAUROC, energyInside, pointingGame, maskShare] }

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
