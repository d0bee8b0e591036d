internal import PipelineDSL

/// The regions of an image that saliency is measured by, true inside, rows from the top.
struct RegionMask: Sendable, Hashable {
  /// The nucleus.
  var nucleus: [Bool]
  /// The cytoplasm, or `nil` if it is not known.
  ///
  /// What belongs to neither is background.
  var cytoplasm: [Bool]?
}

/// Masks of the cells of an image set.
protocol RegionMasks: Sendable {
  /// Whether the cytoplasm is known, too.
  var hasCytoplasm: Bool { get }
  /// Whether a sample has a mask.
  func contains(_ id: String) -> Bool
  /// The regions of a sample at the size of its cropped image; `nil` if it has no mask.
  func regions(
    of id: String, crop: CropTransform, width: Int, height: Int
  ) throws(StageError) -> RegionMask?
}

extension NucleusMasks: RegionMasks {
  var hasCytoplasm: Bool { false }

  func regions(
    of id: String, crop: CropTransform, width: Int, height: Int
  ) throws(StageError) -> RegionMask? {
    try mask(of: id, crop: crop, width: width, height: height).map { RegionMask(nucleus: $0) }
  }
}
