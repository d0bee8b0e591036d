internal import Statistics

/// How similar two maps of one image are.
struct MapAgreement: Sendable, Hashable {
  /// Spearman's rank correlation over all pixels; 0 if one map is constant, as it ranks nothing.
  var spearman: Double
  /// The overlap of the most relevant pixels: their intersection divided by their union.
  var iou: Double
  /// The structural similarity; `nil` for images too small for its window.
  var ssim: Double?

  /// Compares two maps of one size; `top` is the share of pixels that count as most relevant, and
  /// `ties` has a random key per pixel (see `RelevanceOrder`).
  init(_ first: Saliency, _ second: Saliency, top: Double, ties: [UInt64]) {
    spearman =
      SpearmanRank(first.values.map(Double.init), second.values.map(Double.init))?.correlation ?? 0
    let (left, right) = (
      Set(RelevanceOrder(first, ties: ties).top(top)),
      Set(RelevanceOrder(second, ties: ties).top(top))
    )
    let shared = left.intersection(right).count
    iou = Double(shared) / Double(left.count + right.count - shared)
    ssim = StructuralSimilarity.score(
      first.values, second.values, width: first.width, height: first.height)
  }

  /// The mean of several comparisons; `nil` without any.
  init?(meanOf all: [MapAgreement]) {
    guard !all.isEmpty else { return nil }
    func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
    spearman = mean(all.map(\.spearman))
    iou = mean(all.map(\.iou))
    let similarities = all.compactMap(\.ssim)
    ssim = similarities.isEmpty ? nil : mean(similarities)
  }
}
