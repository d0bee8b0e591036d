internal import Imaging
internal import PipelineDSL

/// The position of a crop in its original, in pixels of the original, x to the right, y down.
struct CropTransform: Sendable, Hashable {
  /// The columns of `crops.csv`.
  static let columns = ["id", "original_width", "original_height", "x", "y", "width", "height"]
  /// The column that is 1 where no cell was found, so that the whole image was kept, and else 0.
  static let wholeColumn = "whole"
  /// The column with what is around the cell: keep, black or white; only there if it was replaced.
  static let backgroundColumn = "background"

  /// The width of the original in pixels.
  var originalWidth: Int
  /// The height of the original in pixels.
  var originalHeight: Int
  /// The box that was cut out and resized.
  ///
  /// A square box may extend beyond the original, whose border pixels are repeated there.
  var box: Rectangle

  /// The fields of a row of `crops.csv` after the id.
  var fields: [String] {
    [originalWidth, originalHeight, box.x, box.y, box.width, box.height].map(String.init)
  }
}

/// The images of an `images` artifact: read one by one, so that a set larger than memory
/// can be used.
struct ImageSet: Sendable {
  /// The names of the files next to `samples.csv`.
  static let (pixelFile, cropFile) = (ImagesFormat.pixels, "crops.csv")

  /// The samples, sorted by id; sample i is image i.
  let samples: [Sample]
  /// The width of every image in pixels.
  let width: Int
  /// The height of every image in pixels.
  let height: Int
  /// How the images were made from their originals; `nil` if another program made them.
  let preparation: Preparation?
  private let pixels: ArrayFile
  private let crops: [CropTransform]

  /// Opens the images of an artifact; throws if its files are inconsistent.
  init(_ artifact: InputArtifact) throws(StageError) {
    samples = try SampleTable(artifact).samples
    do throws(ImageError) {
      pixels = try ArrayFile(path: try Self.path(artifact, Self.pixelFile))
    } catch {
      throw artifact.failure(Self.pixelFile, error.reason)
    }
    let shape = pixels.shape
    guard pixels.kind == .uint8, shape.count == 4, shape[3] == 3 else {
      throw artifact.failure(
        Self.pixelFile, "expected uint8 of N x H x W x 3, found \(pixels.kind) of \(shape)")
    }
    guard shape[0] == samples.count else {
      throw artifact.failure(
        Self.pixelFile, "\(shape[0]) images for \(samples.count) rows of \(SamplesFormat.file)")
    }
    for (left, right) in zip(samples, samples.dropFirst()) where left.id >= right.id {
      throw artifact.failure(
        SamplesFormat.file, "ids are not in ascending order at \(right.id): one image per id")
    }
    (height, width) = (shape[1], shape[2])
    crops = try Self.crops(artifact, samples)
    preparation = try Self.preparation(artifact)
  }

  /// The image of a sample, 3 channels.
  ///
  /// Throws if it cannot be read.
  func image(_ index: Int) throws(StageError) -> Image {
    do throws(ImageError) {
      return Image(width: width, height: height, channels: 3, pixels: try pixels.row(index))
    } catch {
      throw StageError("sample \(samples[index].id): \(error.reason)")
    }
  }

  /// The position of a sample's image in its original.
  func crop(_ index: Int) -> CropTransform { crops[index] }

  /// The index of the sample with an id.
  func index(of id: String) -> Int? {
    var (low, high) = (0, samples.count)
    while low < high {
      let middle = (low + high) / 2
      if samples[middle].id < id { low = middle + 1 } else { high = middle }
    }
    return low < samples.count && samples[low].id == id ? low : nil
  }

  private static func preparation(
    _ artifact: InputArtifact
  ) throws(StageError) -> Preparation? {
    guard artifact.files[Preparation.file] != nil else { return nil }
    let bytes = try artifact.bytes(Preparation.file)
    do { return try Preparation(JSONParser.parse(bytes)) } catch {
      throw artifact.failure(Preparation.file, "\(error)")
    }
  }

  private static func path(
    _ artifact: InputArtifact, _ name: String
  ) throws(ImageError) -> String {
    do { return try artifact.path(name) } catch { throw ImageError(error.description) }
  }

  private static func crops(
    _ artifact: InputArtifact, _ samples: [Sample]
  ) throws(StageError) -> [CropTransform] {
    let rows = try artifact.rows(cropFile, CropTransform.columns)
    guard rows.map({ $0[0] }) == samples.map(\.id) else {
      throw artifact.failure(cropFile, "its ids are not those of \(SamplesFormat.file)")
    }
    var crops: [CropTransform] = []
    for (index, row) in rows.enumerated() {
      let numbers = row.dropFirst().compactMap { Int($0) }
      guard numbers.count == 6 else {
        throw artifact.failure(cropFile, "line \(index + 2): expected six whole numbers")
      }
      crops.append(
        CropTransform(
          originalWidth: numbers[0], originalHeight: numbers[1],
          box: Rectangle(x: numbers[2], y: numbers[3], width: numbers[4], height: numbers[5])))
    }
    return crops
  }
}
