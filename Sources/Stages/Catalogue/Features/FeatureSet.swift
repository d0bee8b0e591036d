internal import Imaging
internal import PipelineDSL

/// The features of a `features` artifact: read row by row, so that a set larger than memory can be
/// used.
struct FeatureSet: Sendable {
  /// The file of the features: float32, samples x width.
  static let file = "features.npy"

  /// The samples, in the order of the rows; none occurs twice.
  let samples: [Sample]
  /// The number of features of a sample.
  let width: Int
  /// How the features are computed from images.
  let recipe: FeatureRecipe
  private let array: ArrayFile

  /// Opens the features of an artifact; throws if its files are missing or inconsistent.
  init(_ artifact: InputArtifact) throws(StageError) {
    samples = try SampleTable(artifact).samples
    let bytes = try artifact.bytes(FeatureRecipe.file)
    do { recipe = try FeatureRecipe(JSONParser.parse(bytes)) } catch {
      throw artifact.failure(FeatureRecipe.file, "\(error)")
    }
    let path = try artifact.path(Self.file)
    do throws(ImageError) { array = try ArrayFile(path: path) } catch {
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
  ///
  /// Throws if they cannot be read.
  func rows(_ indices: [Int]) throws(StageError) -> [Float] {
    var rows: [Float] = []
    rows.reserveCapacity(indices.count * width)
    for index in indices {
      let bytes: [UInt8]
      do throws(ImageError) { bytes = try array.row(index) } catch {
        throw StageError("sample \(samples[index].id): \(error.reason)")
      }
      bytes.withUnsafeBytes { bytes in
        for place in 0..<width {
          let bits = bytes.loadUnaligned(fromByteOffset: 4 * place, as: UInt32.self)
          rows.append(Float(bitPattern: UInt32(littleEndian: bits)))
        }
      }
    }
    return rows
  }

  /// The indices of a part's samples, ascending; samples that are not in the split belong to none.
  func indices(of part: Part, in split: SplitTable) -> [Int] {
    samples.indices.filter { split.parts[samples[$0].id] == part }
  }
}
