internal import Imaging
internal import PipelineDSL

/// The masks against which explanations are judged: an artifact with three regions, or a folder with
/// nuclei only.
enum RegionMasks: Sendable {
  /// Masks of nuclei at the size of the originals.
  case folder(NucleusMasks)
  /// Masks at the size of the images, by sample id.
  case artifact(MappedArray, rows: [String: Int])

  /// The file with the masks of an artifact: uint8 of N x H x W, with the codes of `CellRegions`.
  static let file = "masks.npy"

  /// The masks of a stage; `nil` if it has none.
  ///
  /// Throws if it has both kinds, or if the files of one are inconsistent.
  init?(_ context: StageContext, for images: ImageSet) throws(StageError) {
    let folder = context.locations["masks"]
    guard let artifact = context.inputs["masks"]?.first else {
      guard let folder else { return nil }
      self = .folder(try NucleusMasks(folder))
      return
    }
    guard folder == nil else {
      throw StageError(
        "both the input 'masks' and the parameter 'masks' are given",
        hint: "remove one of them: explanations are compared with one set of masks")
    }
    let ids = try artifact.rows(SamplesFormat.file, [SamplesFormat.Column.id.rawValue]).map {
      $0[0]
    }
    let path = try artifact.path(Self.file)
    let masks: MappedArray
    do throws(ImageError) { masks = try MappedArray(path: path) } catch {
      throw artifact.failure(Self.file, error.reason)
    }
    guard masks.kind == .uint8, masks.shape.count == 3 else {
      throw artifact.failure(
        Self.file, "expected uint8 of N x H x W, found \(masks.kind) of \(masks.shape)")
    }
    guard masks.shape[0] == ids.count else {
      throw artifact.failure(
        Self.file, "\(masks.shape[0]) masks for \(ids.count) rows of \(SamplesFormat.file)")
    }
    guard Array(masks.shape[1...]) == [images.height, images.width] else {
      throw StageError(
        "masks of \(masks.shape[2]) x \(masks.shape[1]) pixels for images of \(images.width) x "
          + "\(images.height)",
        hint: "connect masks that were made from the same images")
    }
    self = .artifact(masks, rows: Dictionary(zip(ids, ids.indices)) { first, _ in first })
  }

  /// The regions of an image of a set; `nil` if it has no mask.
  func regions(of index: Int, in images: ImageSet) throws(StageError) -> CellRegions? {
    let id = images.samples[index].id
    switch self {
    case .folder(let masks):
      return try masks.mask(
        of: id, crop: images.crop(index), width: images.width, height: images.height
      ).map { CellRegions(nucleus: $0) }
    case .artifact(let masks, let rows):
      guard let row = rows[id] else { return nil }
      guard let regions = CellRegions(codes: masks.row(row)) else {
        throw StageError(
          "the mask of sample \(id) has values other than 0, 1 and 2",
          hint: "0 is background, 1 cytoplasm and 2 nucleus")
      }
      return regions
    }
  }
}
