internal import Imaging
internal import PipelineDSL
internal import Store

/// The crops of an `images` artifact by the ids of their samples.
struct CropImages {
  private let samples: SampleRows
  private let (label, source): (Int, Int)

  /// Opens the crops of an artifact, or says why they cannot be shown.
  static func open(
    _ artifact: ArtifactRow, _ reader: ArtifactReader
  ) -> ArtifactReader.Found<CropImages> {
    switch SampleRows.open(ImagesFormat.pixels, axes: 4, of: artifact, reader) {
    case .missing(let reason): return .missing(reason)
    case .value(let samples):
      guard let label = samples.table.position(of: SamplesFormat.Column.label),
        let source = samples.table.position(of: SamplesFormat.Column.source),
        samples.array.shape[3] == 3
      else { return .missing("\(ImagesFormat.pixels) does not hold one colour image per sample") }
      return .value(CropImages(samples, label: label, source: source))
    }
  }

  private init(_ samples: SampleRows, label: Int, source: Int) {
    (self.samples, self.label, self.source) = (samples, label, source)
  }

  /// The label and the source of a sample; `nil` if it is not among the crops.
  func about(_ id: String) -> (label: String, source: String)? {
    samples.rows[id].map { (samples.table.rows[$0][label], samples.table.rows[$0][source]) }
  }

  /// The crop of a sample; `nil` if it is not among the crops or cannot be read.
  func image(_ id: String) -> Image? {
    guard let row = samples.rows[id], let pixels = try? samples.array.row(row) else { return nil }
    return Image(
      width: samples.array.shape[2], height: samples.array.shape[1], channels: 3, pixels: pixels)
  }
}
