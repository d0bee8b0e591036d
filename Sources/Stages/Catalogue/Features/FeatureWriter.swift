internal import Imaging
internal import PipelineDSL

/// Writes the table of a `features` artifact row by row, so that it is never in memory as a whole.
struct FeatureWriter: ~Copyable {
  private let folder: String
  private let samples: [Sample]
  private let width: Int
  private var array: NPYWriter
  private var written = 0

  /// Creates `features.npy` in a folder, for one row of `width` numbers per sample.
  ///
  /// Throws if it cannot be created.
  init(_ folder: String, samples: [Sample], width: Int) throws(StageError) {
    (self.folder, self.samples, self.width) = (folder, samples, width)
    do throws(ImageError) {
      array = try NPYWriter(
        path: folder + "/" + FeatureSet.file, kind: .float32, rowShape: [width],
        atMost: samples.count)
    } catch {
      throw StageError(error.reason)
    }
  }

  /// Adds the rows of the next samples, one after the other.
  ///
  /// Throws if a number is not finite, with the id of its sample, or if writing fails.
  mutating func add(_ rows: [Float]) throws(StageError) {
    for start in stride(from: 0, to: rows.count, by: width) {
      let row = rows[start..<start + width]
      guard row.allSatisfy(\.isFinite) else {
        throw StageError(
          "the features of sample \(samples[written].id) are not finite",
          hint: "the weights of a network may have diverged: train again with a lower learning rate"
        )
      }
      // Linux on x86-64 and ARM is little-endian, like the format.
      do throws(ImageError) { try array.append(row.withUnsafeBytes { Array($0) }) } catch {
        throw StageError(error.reason)
      }
      written += 1
    }
  }

  /// Completes the array, and writes `samples.csv` and `features.json`.
  mutating func finish(_ recipe: FeatureRecipe) throws(StageError) {
    do throws(ImageError) { try array.finish() } catch { throw StageError(error.reason) }
    try SampleTable(samples: samples).write(to: folder)
    let text = JSONPrettyForm.text(of: recipe.json)
    try writeFile(Array(text.utf8), folder + "/" + FeatureRecipe.file)
  }
}
