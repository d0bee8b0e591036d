internal import Imaging
internal import PipelineDSL
internal import Synchronization

/// Cuts the cell out of every original and packs the crops, all of one size, into one array.
struct CropNormalise: StageKind {
  static let name = "crop-normalise"
  static let revision = 2
  static let summary =
    "Crops, resizes and normalises the images, and packs all of them into one array."
  static let source =
    "Preprocessing of both papers; Otsu 1979; Tomasi and Manduchi 1998 (bilateral); Zuiderveld 1994 "
    + "(CLAHE); Reinhard et al. 2001; Macenko et al. 2009"
  static let opensOriginals = true
  static let ports = Ports(
    inputs: [
      .init("samples", .samples, .one, "samples to crop; the originals are opened by digest")
    ],
    outputs: [
      .init(
        "images", .images, "pixels.npy (uint8, N x H x W x 3), samples.csv, crops.csv and crop.json"
      ),
      .init(
        "rejected", .files, side: true,
        "rejected.csv: id and reason of every image that cannot be decoded"),
      .init(
        "sheet", .files, side: true,
        "sheet.png: some originals with their crop box, and the results"),
    ])
  static var libraries: [String: String] { ImagingLibraries.versions }

  let parameters: Parameters
  init(_ parameters: Parameters) { self.parameters = parameters }

  func resolvedPorts() -> Ports {
    Ports(
      inputs: Self.ports.inputs,
      outputs: Self.ports.outputs.filter { $0.name != "sheet" || parameters.sheet > 0 })
  }

  func run(_ context: StageContext) throws {
    let samples = try SampleTable(try context.input("samples")).samples
    for (left, right) in zip(samples, samples.dropFirst()) where left.id == right.id {
      throw StageError(
        "sample \(left.id) is listed twice, as '\(left.label)' and as '\(right.label)'",
        hint: "put 'harmonise-labels' before this stage; it keeps one sample per id")
    }
    let preparation = Preparation(
      parameters: parameters, stainTarget: try stainTarget(context))
    var pass = Pass(sheet: CropSheet(samples, count: parameters.sheet))
    try pack(samples, preparation, into: &pass, context)
    guard !pass.kept.isEmpty else {
      let first = pass.rejected.first?.reason ?? "there is none"
      throw StageError("none of \(samples.count) samples can be decoded: \(first)")
    }
    try write(pass, preparation, context)
    tell(pass, context.events)
  }

  /// The target colours.
  private func stainTarget(_ context: StageContext) throws -> Preparation.StainTarget? {
    guard parameters.stain != .none else { return nil }
    guard parameters.stainTarget != nil else { return .macenko(.haematoxylinAndEosin) }
    let location = try context.location("stain-target")
    guard location.isFile, let entry = location.entries.first else {
      throw StageError("\(location.root): 'stain-target' names a folder, not an image")
    }
    let bytes = try context.originals.read(entry.digest)
    let image: Image
    do throws(ImageError) { image = try ImageCodec.decode(bytes) } catch {
      throw StageError("\(location.root): 'stain-target' cannot be decoded: \(error)")
    }
    let target: Preparation.StainTarget? =
      parameters.stain == .reinhard
      ? ReinhardStatistics(image).map { .reinhard($0) } : MacenkoStains(image).map { .macenko($0) }
    guard let target else {
      throw StageError(
        "\(location.root): 'stain-target' contains no stain",
        hint: "choose an image with stained cells")
    }
    return target
  }

  /// The results so far.
  private struct Pass {
    var kept: [Sample] = []
    var transforms: [CropTransform] = []
    var rejected: [(id: String, reason: String)] = []
    var withoutCell = 0
    var withoutStain = 0
    var sheet: CropSheet

    init(sheet: CropSheet) { self.sheet = sheet }

    mutating func add(_ sample: Sample, _ crop: Result<Crop, ImageError>) {
      switch crop {
      case .success(let crop):
        kept.append(sample)
        transforms.append(crop.transform)
        withoutCell += crop.foundCell ? 0 : 1
        withoutStain += crop.foundStain ? 0 : 1
        if let pair = crop.pair { sheet.add(sample.id, pair) }
      case .failure(let problem): rejected.append((sample.id, problem.reason))
      }
    }
  }

  /// The number of originals looked up at a time.
  private static let chunk = 64

  /// The result of one sample, without its pixels, which are already written.
  private struct Crop: Sendable {
    var transform: CropTransform
    var foundCell: Bool
    var foundStain: Bool
    /// The original with its box and the crop, for the contact sheet.
    var pair: Image?
  }

  /// Writes pixels.npy, each crop as soon as those before it are written.
  private func pack(
    _ samples: [Sample], _ preparation: Preparation, into pass: inout Pass, _ context: StageContext
  ) throws {
    let size = parameters.size
    let rows = OrderedRows(
      try NPYWriter(
        path: context.output("images") + "/" + ImageSet.pixelFile, kind: .uint8,
        rowShape: [size, size, 3], atMost: samples.count))
    var reader = OriginalReader(context.originals)
    let shown = pass.sheet.shown
    for start in stride(from: 0, to: samples.count, by: Self.chunk) {
      let chunk = Array(samples[start..<min(start + Self.chunk, samples.count)])
      let sources = try reader.sources(of: chunk[...])
      let crops = try Parallel.map(sources.count, threads: context.threads) {
        index -> Result<Crop, ImageError> in
        let original: Image
        do { original = try sources[index].image(context.originals) } catch let problem
          as ImageError
        {
          try rows.deliver(nil, at: start + index)
          return .failure(problem)
        }
        let result = preparation.apply(original)
        try rows.deliver(result.image.pixels, at: start + index)
        return .success(
          Crop(
            transform: result.transform, foundCell: result.foundCell,
            foundStain: result.foundStain,
            pair: shown.contains(chunk[index].id) ? CropSheet.pair(original, result) : nil))
      }
      for (sample, crop) in zip(chunk, crops) { pass.add(sample, crop) }
      context.events.progress(
        StageProgress(start + chunk.count, of: samples.count, "images"))
    }
    try rows.finish()
  }

  private func write(
    _ pass: Pass, _ preparation: Preparation, _ context: StageContext
  ) throws {
    let folder = context.output("images")
    try SampleTable(samples: pass.kept).write(to: folder)
    let crops = zip(pass.kept, pass.transforms).map { [$0.id] + $1.fields }
    try writeFile(
      CSVTable(columns: CropTransform.columns, rows: crops).bytes,
      folder + "/" + ImageSet.cropFile)
    try writeFile(
      Array(JSONPrettyForm.text(of: preparation.json).utf8), folder + "/" + Preparation.file)
    try writeFile(
      CSVTable(
        columns: ["id", LeftOutFormat.reasonColumn], rows: pass.rejected.map { [$0.id, $0.reason] }
      ).bytes,
      context.output("rejected") + "/" + LeftOutFormat.rejected)
    if parameters.sheet > 0 { try pass.sheet.write(pass.kept, to: context.output("sheet")) }
  }

  private func tell(_ pass: Pass, _ events: any StageEvents) {
    events.metric(StageMetric("images", Double(pass.kept.count)))
    events.metric(StageMetric("rejected", Double(pass.rejected.count)))
    if parameters.mask != .none {
      events.metric(StageMetric("without-cell", Double(pass.withoutCell)))
    }
    if parameters.stain != .none {
      events.metric(StageMetric("without-stain", Double(pass.withoutStain)))
    }
    for (id, reason) in pass.rejected.prefix(10) { events.warn("left out \(id): \(reason)") }
    if pass.rejected.count > 10 {
      events.warn("left out \(pass.rejected.count) samples in total; see port 'rejected'")
    }
  }
}

/// Writes rows in index order, while several threads deliver them in any order.
private final class OrderedRows: Sendable {
  private struct State: ~Copyable {
    var writer: NPYWriter
    var next = 0
    /// Rows that arrived early; `nil` for one that is left out.
    var early: [Int: [UInt8]?] = [:]
  }
  private let state: Mutex<State>

  init(_ writer: consuming sending NPYWriter) { state = Mutex(State(writer: writer)) }

  /// Accepts a row, and writes all rows that are next in order.
  func deliver(_ row: [UInt8]?, at index: Int) throws {
    try state.withLock { state in
      state.early[index] = .some(row)
      while let row = state.early.removeValue(forKey: state.next) {
        if let row { try state.writer.append(row) }
        state.next += 1
      }
    }
  }

  func finish() throws { try state.withLock { try $0.writer.finish() } }
}
