internal import Imaging
internal import PipelineDSL
internal import Store

/// The masks of a `masks` artifact by the ids of their samples.
struct CellMasks {
  private let samples: SampleRows

  /// Opens the masks of an artifact, or says why they cannot be shown.
  static func open(
    _ artifact: ArtifactRow, _ reader: ArtifactReader
  ) -> ArtifactReader.Found<CellMasks> {
    switch SampleRows.open(MasksFormat.pixels, axes: 3, of: artifact, reader) {
    case .missing(let reason): .missing(reason)
    case .value(let samples): .value(CellMasks(samples: samples))
    }
  }

  /// A crop with the outlines of its cell in green and of its nucleus in yellow; `nil` if there is
  /// no mask of its size, or it cannot be read.
  func outlined(_ id: String, _ crop: Image) -> Image? {
    guard let row = samples.rows[id], samples.array.shape[1] == crop.height,
      samples.array.shape[2] == crop.width, let codes = try? samples.array.row(row)
    else { return nil }
    return crop.boundaries(of: codes.map { $0 > 0 ? 1 : 0 }, colour: (0, 200, 80))
      .boundaries(
        of: codes.map { $0 == MasksFormat.nucleus ? 1 : 0 }, colour: (255, 255, 0))
  }
}
