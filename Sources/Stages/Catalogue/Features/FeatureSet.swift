internal import Imaging
internal import PipelineDSL

/// The features of a `features` artifact: memory-mapped, so that a set larger than memory can be
/// read.
struct FeatureSet: Sendable {
  /// The file of the features: float32, samples x width.
  static let file = "features.npy"

  /// The samples, in the order of the rows; none occurs twice.
  let samples: [Sample]
  /// The number of features of a sample.
  let width: Int
  /// How the features are computed from images.
  let recipe: FeatureRecipe
  private let array: MappedArray

  /// Opens the features of an artifact; throws if its files are missing or inconsistent.
  init(_ artifact: InputArtifact) throws(StageError) {
    samples = try SampleTable(artifact).samples
    let bytes = try artifact.bytes(FeatureRecipe.file)
    do { recipe = try FeatureRecipe(JSONParser.parse(bytes)) } catch {
      throw artifact.failure(FeatureRecipe.file, "\(error)")
    }
    let path = try artifact.path(Self.file)
    do throws(ImageError) { array = try MappedArray(path: path) } catch {
      throw artifact.failure(Self.file, error.reason)
    }
    width = recipe.width
    guard array.kind == .float32, array.shape == [samples.count, width] else {
      throw artifact.failure(
        Self.file,
        "expected float32 of \([samples.count, width]), by \(SamplesFormat.file) and "
          + "\(FeatureRecipe.file), found \(array.kind) of \(array.shape)")
    }
    var seen: Set<String> = []
    let twice = samples.filter { !seen.insert($0.id).inserted }
    if let first = twice.first {
      throw artifact.failure(
        SamplesFormat.file,
        "\(twice.count) ids occur more than once, the first is \(first.id): one row per id")
    }
  }

  /// The features of some samples, by index, one row after the other.
  func rows(_ indices: [Int]) -> [Float] {
    [Float](unsafeUninitializedCapacity: indices.count * width) { buffer, count in
      for index in indices {
        array.row(index).withUnsafeBytes { bytes in
          for place in 0..<width {
            let bits = bytes.loadUnaligned(fromByteOffset: 4 * place, as: UInt32.self)
            buffer[count + place] = Float(bitPattern: UInt32(littleEndian: bits))
          }
        }
        count += width
      }
    }
  }

  /// The indices of a part's samples, ascending; samples that are not in the split belong to none.
  func indices(of part: Part, in split: SplitTable) -> [Int] {
    samples.indices.filter { split.parts[samples[$0].id] == part }
  }
}
