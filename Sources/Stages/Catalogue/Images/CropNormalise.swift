internal import Imaging
internal import PipelineDSL
internal import Synchronization

/// Cuts cells out of the originals and packs the crops, all of one size, into one array.
struct CropNormalise: StageKind {
  static let name = "crop-normalise"
  static let revision = 3
  static let summary =
    "Crops, resizes and normalises the images, and packs all of them into one array."
  static let source =
    "Preprocessing of both papers; Otsu 1979; Liao et al. 2001 (three classes); Tomasi and Manduchi 1998 (bilateral); Zuiderveld 1994 "
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
        "sheet.png: some originals with their crop boxes, each with its first crop"),
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
    if parameters.sheet > 0 { try pass.sheet.write(samples, to: context.output("sheet")) }
    tell(pass, of: samples.count, context.events)
  }

  /// The target colours.
  private func stainTarget(_ context: StageContext) throws -> Preparation.StainTarget? {
    guard parameters.stain != .none else { return nil }
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
    var crops: [Crop] = []
    var rejected: [(id: String, reason: String)] = []
    var withoutCell = 0
    var withoutStain = 0
    var withBackground: Int { crops.count { $0.background == .keep } }
    var sheet: CropSheet

    init(sheet: CropSheet) { self.sheet = sheet }

    mutating func add(_ sample: Sample, _ crops: Result<Crops, ImageError>, numbered: Bool) {
      switch crops {
      case .success(let crops):
        for (index, crop) in crops.crops.enumerated() {
          kept.append(numbered && crops.foundCell ? sample.cell(index + 1) : sample)
          self.crops.append(crop)
        }
        withoutCell += crops.foundCell ? 0 : 1
        withoutStain += crops.withoutStain
        if let pair = crops.pair { sheet.add(sample.id, pair) }
      case .failure(let problem): rejected.append((sample.id, problem.reason))
      }
    }
  }

  /// The number of originals looked up at a time.
  private static let chunk = 64

  /// What is told about one crop.
  private struct Crop: Sendable {
    var transform: CropTransform
    var isWhole: Bool
    var background: Background
  }

  /// The results of one original, without their pixels, which are already written.
  private struct Crops: Sendable {
    var crops: [Crop]
    var foundCell: Bool
    var withoutStain: Int
    /// The original with its boxes and the first crop, for the contact sheet.
    var pair: Image?

    init(_ results: [Preparation.Result], pair: Image?) {
      crops = results.map {
        Crop(transform: $0.transform, isWhole: !$0.foundCell, background: $0.background)
      }
      foundCell = results.allSatisfy(\.foundCell)
      withoutStain = results.count { !$0.foundStain }
      self.pair = pair
    }
  }

  /// Writes pixels.npy, each crop as soon as those before it are written.
  private func pack(
    _ samples: [Sample], _ preparation: Preparation, into pass: inout Pass, _ context: StageContext
  ) throws {
    let size = parameters.size
    let numbered = parameters.cells == .all
    let rows = OrderedRows(
      try NPYWriter(
        path: context.output("images") + "/" + ImageSet.pixelFile, kind: .uint8,
        rowShape: [size, size, 3], atMost: samples.count * (numbered ? Sample.mostCells : 1)))
    var reader = OriginalReader(context.originals)
    let shown = pass.sheet.shown
    for start in stride(from: 0, to: samples.count, by: Self.chunk) {
      let chunk = Array(samples[start..<min(start + Self.chunk, samples.count)])
      let sources = try reader.sources(of: chunk[...])
      let crops = try Parallel.map(sources.count, threads: context.threads) {
        index -> Result<Crops, ImageError> in
        let original: Image
        do { original = try sources[index].image(context.originals) } catch let problem
          as ImageError
        {
          try rows.deliver([], at: start + index)
          return .failure(problem)
        }
        let results = preparation.crops(of: original)
        try rows.deliver(results.map(\.image.pixels), at: start + index)
        return .success(
          Crops(
            results,
            pair: shown.contains(chunk[index].id) ? CropSheet.pair(original, results) : nil))
      }
      for (sample, crops) in zip(chunk, crops) { pass.add(sample, crops, numbered: numbered) }
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
    let isReplaced = parameters.background != .keep
    let crops = zip(pass.kept, pass.crops).map { sample, crop in
      [sample.id] + crop.transform.fields + [crop.isWhole ? "1" : "0"]
        + (isReplaced ? [crop.background.rawValue] : [])
    }
    let columns =
      CropTransform.columns + [CropTransform.wholeColumn]
      + (isReplaced ? [CropTransform.backgroundColumn] : [])
    try writeFile(
      CSVTable(columns: columns, rows: crops).bytes, folder + "/" + ImageSet.cropFile)
    try writeFile(
      Array(JSONPrettyForm.text(of: preparation.json).utf8), folder + "/" + Preparation.file)
    try writeFile(
      CSVTable(
        columns: ["id", LeftOutFormat.reasonColumn], rows: pass.rejected.map { [$0.id, $0.reason] }
      ).bytes,
      context.output("rejected") + "/" + LeftOutFormat.rejected)
  }

  private func tell(_ pass: Pass, of count: Int, _ events: any StageEvents) {
    events.metric(StageMetric("images", Double(pass.kept.count)))
    events.metric(StageMetric("rejected", Double(pass.rejected.count)))
    if parameters.mask != .none {
      events.metric(StageMetric("without-cell", Double(pass.withoutCell)))
    }
    if pass.withoutCell > 0 {
      events.warn(
        "no cell found in \(pass.withoutCell) of \(count) images: they are kept whole, and marked "
          + "in column '\(CropTransform.wholeColumn)' of \(ImageSet.cropFile)")
    }
    if parameters.background != .keep {
      let count = pass.withBackground
      events.metric(StageMetric("with-background", Double(count)))
      if count > 0 {
        events.warn(
          "\(count) of \(pass.kept.count) crops keep their background, as no cell was found in them "
            + "by ranges of HSV: marked in column '\(CropTransform.backgroundColumn)' of "
            + ImageSet.cropFile)
      }
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
    /// The rows of originals that arrived early; none for one that is left out.
    var early: [Int: [[UInt8]]] = [:]
  }
  private let state: Mutex<State>

  init(_ writer: consuming sending NPYWriter) { state = Mutex(State(writer: writer)) }

  /// Accepts the rows of an original, and writes all rows that are next in order.
  func deliver(_ rows: [[UInt8]], at index: Int) throws {
    try state.withLock { state in
      state.early[index] = rows
      while let rows = state.early.removeValue(forKey: state.next) {
        for row in rows { try state.writer.append(row) }
        state.next += 1
      }
    }
  }

  func finish() throws { try state.withLock { try $0.writer.finish() } }
}
