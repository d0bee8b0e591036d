internal import Imaging
internal import PipelineDSL

/// The masks of a `masks` artifact: one per image of a set, at the size of the images.
struct SegmentedMasks: RegionMasks {
  /// The name of the array: uint8, N x H x W, of the raw values of `CellRegions.Region`.
  static let file = MasksFormat.pixels

  private let pixels: ArrayFile
  private let places: [String: Int]

  var hasCytoplasm: Bool { true }

  /// Opens the masks of an artifact; throws if its files are inconsistent.
  init(_ artifact: InputArtifact) throws(StageError) {
    let samples = try SampleTable(artifact).samples
    let path = try artifact.path(Self.file)
    do throws(ImageError) { pixels = try ArrayFile(path: path) } catch {
      throw artifact.failure(Self.file, error.reason)
    }
    let shape = pixels.shape
    guard pixels.kind == .uint8, shape.count == 3, shape[0] == samples.count else {
      throw artifact.failure(
        Self.file,
        "expected uint8 of \(samples.count) x H x W, found \(pixels.kind) of \(shape)")
    }
    places = Dictionary(
      samples.enumerated().map { ($0.element.id, $0.offset) },
      uniquingKeysWith: { first, _ in first })
  }

  /// Throws unless the masks have the size of the images that they belong to.
  func requireSize(width: Int, height: Int) throws(StageError) {
    guard pixels.shape[1] == height, pixels.shape[2] == width else {
      throw StageError(
        "the masks are \(pixels.shape[2]) x \(pixels.shape[1]), but the images \(width) x \(height)",
        hint: "segment the same images that are explained")
    }
  }

  func contains(_ id: String) -> Bool { places[id] != nil }

  func regions(
    of id: String, crop: CropTransform, width: Int, height: Int
  ) throws(StageError) -> RegionMask? {
    try requireSize(width: width, height: height)
    guard let place = places[id] else { return nil }
    let codes: [UInt8]
    do throws(ImageError) { codes = try pixels.row(place) } catch {
      throw StageError("the mask of sample \(id): \(error.reason)")
    }
    guard let regions = RegionMask(codes: codes) else {
      throw StageError(
        "the mask of sample \(id) has values other than 0, 1 and 2",
        hint: "0 is background, 1 cytoplasm and 2 nucleus")
    }
    return regions
  }
}
