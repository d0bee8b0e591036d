internal import Imaging
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

extension RegionMask {
  /// The regions of a mask with one code per pixel; `nil` if one is not the code of a region.
  init?(codes: [UInt8]) {
    guard codes.allSatisfy({ CellRegions.Region(rawValue: $0) != nil }) else { return nil }
    self.init(
      nucleus: codes.map { $0 == CellRegions.Region.nucleus.rawValue },
      cytoplasm: codes.map { $0 == CellRegions.Region.cytoplasm.rawValue })
  }
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

extension StageContext {
  /// The masks of the location `masks` or of the input `masks`, for the images of a set; `nil`
  /// without any.
  ///
  /// Throws if there are both, or if their files are inconsistent or do not fit the images.
  func masks(for images: ImageSet) throws(StageError) -> (any RegionMasks)? {
    let folder = locations["masks"]
    guard let artifact = inputs["masks"]?.first else {
      return try folder.map { (folder) throws(StageError) in try NucleusMasks(folder) }
    }
    guard folder == nil else {
      throw StageError(
        "'masks' is set, and masks are connected to the input 'masks'",
        hint: "remove one of the two")
    }
    let masks = try SegmentedMasks(artifact)
    try masks.requireSize(width: images.width, height: images.height)
    return masks
  }
}
