internal import Imaging
internal import PipelineDSL

/// Cuts the cell out of every original and packs the crops, all of one size, into one array.
struct CropNormalise: StageKind {
  /// What is done against noise.
  enum Denoise: String, ParameterChoice {
    case none
    case median
  }

  struct Parameters: StageParameters {
    var size = 224
    var denoise = Denoise.median
    var radius = 1
    var mask = CellFinder.Channel.saturation
    var margin = 0.05
    var square = true
    var minimumArea = 0.01

    static let fields: [ParameterField<Self>] = [
      .init("size", \.size, in: 8...1024, "the edge of the crops in pixels"),
      .init("denoise", \.denoise, "the filter in front of mask and crop"),
      .init("radius", \.radius, in: 1...15, "the median's reach in pixels: 1 for 3 x 3"),
      .init(
        "mask", \.mask, "what Otsu's mask is made of; none keeps the whole picture"),
      .init(
        "margin", \.margin, in: 0...1, "added on each side, as a share of the box's longer edge"),
      .init("square", \.square, "whether the box is made square, so that nothing is stretched"),
      .init(
        "minimum-area", \.minimumArea, in: 0...1,
        "the share of the picture below which a contour is no cell and the whole picture is kept"),
    ]
  }

  static let name = "crop-normalise"
  static let revision = 1
  static let summary = "Denoises, cuts out the cell, resizes it, and packs all into one array."
  static let source = "Preprocessing of paper A; Otsu 1979"
  static let opensOriginals = true
  static let ports = Ports(
    inputs: [.init("samples", .samples, .one, "what to cut; the originals are opened by digest")],
    outputs: [
      .init("images", .images, "pixels.npy (uint8, N x H x W x 3), samples.csv and crops.csv"),
      .init(
        "rejected", .files, side: true, "rejected.csv: id and reason of what cannot be decoded"),
    ])
  static var libraries: [String: String] { ImagingLibraries.versions }

  let parameters: Parameters
  init(_ parameters: Parameters) { self.parameters = parameters }

  func run(_ context: StageContext) throws {
    let samples = try SampleTable(try context.input("samples")).samples
    for (left, right) in zip(samples, samples.dropFirst()) where left.id == right.id {
      throw StageFailure(
        "sample \(left.id) stands twice, as '\(left.label)' and as '\(right.label)'",
        mend: "put 'harmonise-labels' in front, which keeps one sample an id")
    }
    var rejected: [String: String] = [:]
    while true {
      let kept = samples.filter { rejected[$0.id] == nil }
      guard !kept.isEmpty else {
        let first = samples.first.flatMap { rejected[$0.id] } ?? "there is none"
        throw StageFailure("none of \(samples.count) samples can be decoded: \(first)")
      }
      let pass = try pack(kept, context)
      guard !pass.rejected.isEmpty else {
        try write(kept, pass, rejected, context)
        return
      }
      // The header of the array counts its rows, so that it is written again without these. That
      // is rare: 'ingest' has decoded all of them already.
      rejected.merge(pass.rejected) { first, _ in first }
    }
  }

  /// What became of one sample.
  private struct Crop: Sendable {
    var pixels: [UInt8]
    var transform: CropTransform
    var found: Bool
  }

  /// One pass over samples: their transforms, and the reasons of those that cannot be decoded.
  private struct Pass {
    var transforms: [CropTransform] = []
    var withoutCell = 0
    var rejected: [String: String] = [:]
  }

  /// Writes pixels.npy; the file is whole only if nothing was rejected.
  private func pack(_ samples: [Sample], _ context: StageContext) throws -> Pass {
    let size = parameters.size
    var writer = try NPYWriter(
      path: context.output("images") + "/" + ImageSet.pixelFile, kind: .uint8,
      rowShape: [size, size, 3], count: samples.count)
    var reader = OriginalReader(context.originals)
    var pass = Pass()
    for start in stride(from: 0, to: samples.count, by: Self.chunk) {
      let chunk = samples[start..<min(start + Self.chunk, samples.count)]
      let sources = try reader.sources(of: chunk)
      let crops = try Parallel.map(sources.count, threads: context.threads) { index in
        try crop(sources[index], context.originals)
      }
      for (sample, crop) in zip(chunk, crops) {
        switch crop {
        case .success(let crop):
          pass.transforms.append(crop.transform)
          pass.withoutCell += crop.found ? 0 : 1
          guard pass.rejected.isEmpty else { continue }
          try writer.append(crop.pixels)
        case .failure(let problem): pass.rejected[sample.id] = problem.reason
        }
      }
      context.events.progress(StageProgress(chunk.endIndex, of: samples.count, "images"))
    }
    if pass.rejected.isEmpty { try writer.finish() }
    return pass
  }

  /// Images in memory at a time, besides the originals that threads are working on.
  private static let chunk = 64

  private func crop(
    _ source: PixelSource, _ originals: OriginalFiles
  ) throws -> Result<Crop, ImageProblem> {
    let original: Image
    do { original = try source.image(originals) } catch let problem as ImageProblem {
      return .failure(problem)
    }
    let clean =
      parameters.denoise == .median ? original.medianFiltered(radius: parameters.radius) : original
    let finder = CellFinder(
      channel: parameters.mask, margin: parameters.margin, square: parameters.square,
      minimumArea: parameters.minimumArea)
    let (box, found) = finder.box(in: clean)
    let resized = clean.cut(box).resized(width: parameters.size, height: parameters.size)
    return .success(
      Crop(
        pixels: resized.pixels,
        transform: CropTransform(
          originalWidth: original.width, originalHeight: original.height, box: box),
        found: found))
  }

  private func write(
    _ samples: [Sample], _ pass: Pass, _ rejected: [String: String], _ context: StageContext
  ) throws(StageFailure) {
    let folder = context.output("images")
    try SampleTable(samples: samples).write(to: folder)
    let crops = zip(samples, pass.transforms).map { [$0.id] + $1.fields }
    try writeFile(
      CSVTable(columns: CropTransform.columns, rows: crops).bytes,
      folder + "/" + ImageSet.cropFile)
    let reasons = rejected.sorted { $0.key < $1.key }
    try writeFile(
      CSVTable(columns: ["id", "reason"], rows: reasons.map { [$0.key, $0.value] }).bytes,
      context.output("rejected") + "/rejected.csv")
    context.events.metric(StageMetric("images", Double(samples.count)))
    context.events.metric(StageMetric("rejected", Double(rejected.count)))
    if parameters.mask != .none {
      context.events.metric(StageMetric("without-cell", Double(pass.withoutCell)))
    }
    for (id, reason) in reasons.prefix(10) {
      context.events.warn("left out \(id): \(reason)")
    }
    if rejected.count > 10 {
      context.events.warn("left out \(rejected.count) samples in all; see port 'rejected'")
    }
  }
}
