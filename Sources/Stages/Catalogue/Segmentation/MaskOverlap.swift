/// How well a mask agrees with the true one.
struct MaskOverlap: Sendable, Hashable {
  /// Twice the common area over the sum of both areas (Dice 1945); 1 if both are empty.
  let dice: Double
  /// The common area over the area of either (Jaccard 1912); 1 if both are empty.
  let iou: Double

  /// Compares two masks of the same size, true inside.
  ///
  /// - Precondition: both have the same number of pixels.
  init(_ mask: [Bool], truth: [Bool]) {
    precondition(mask.count == truth.count, "masks of different sizes")
    var (common, sum) = (0, 0)
    for (found, wanted) in zip(mask, truth) {
      if found { sum += 1 }
      if wanted { sum += 1 }
      if found, wanted { common += 1 }
    }
    dice = sum > 0 ? 2 * Double(common) / Double(sum) : 1
    iou = sum > 0 ? Double(common) / Double(sum - common) : 1
  }
}
