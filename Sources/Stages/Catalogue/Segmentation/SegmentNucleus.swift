internal import Imaging
internal import PipelineDSL

/// Segments the crops into nucleus, cytoplasm and background, by colour alone.
struct SegmentNucleus: StageKind {
  /// How nuclei are told from all else.
  enum Method: String, ParameterChoice {
    /// By three classes of a* minus b*.
    case lab
    /// By three classes of blue minus red.
    case otsu
    /// By saturation within ranges of HSV.
    case hsv

    /// The method of the segmentation.
    var segmentation: CellSegmentation.Method {
      switch self {
      case .lab: .lab
      case .otsu: .otsu
      case .hsv: .hsv
      }
    }
  }

  static let name = "segment-nucleus"
  static let revision = 1
  static let summary = "Segments the crops into nucleus, cytoplasm and background."
  static let source =
    "Otsu 1979; Liao et al. 2001 (three classes); CIE 1976 (L*a*b*); Vincent and Soille 1991 "
    + "(watershed); Dice 1945; Jaccard 1912"
  static let ports = Ports(
    inputs: [InputPort("images", .images, .one, "crops to segment")],
    outputs: [
      OutputPort(
        "masks", .masks,
        "masks.npy (uint8, N x H x W: 0 background, 1 cytoplasm, 2 nucleus) and samples.csv"),
      OutputPort(
        "metrics", .metrics, side: true,
        "metrics.json and cells.csv: areas of each image, and agreement with the true masks"),
      OutputPort(
        "sheet", .files, side: true, "sheet.png: some crops with the outlines of both regions"),
    ])
  static var libraries: [String: String] { ImagingLibraries.versions }

  let parameters: Parameters

  init(_ parameters: Parameters) { self.parameters = parameters }

  func resolvedPorts() -> Ports {
    Ports(
      inputs: Self.ports.inputs,
      outputs: Self.ports.outputs.filter { $0.name != "sheet" || parameters.sheet > 0 })
  }

  /// The number of images segmented at a time.
  private static let chunk = 64

  func run(_ context: StageContext) throws {
    let images = try ImageSet(context.input("images"))
    let truth = try context.locations["truth"].map { (folder) throws(StageError) in
      try NucleusMasks(folder)
    }
    let folder = context.output("masks")
    var writer = try NPYWriter(
      path: folder + "/" + SegmentedMasks.file, kind: .uint8,
      rowShape: [images.height, images.width], atMost: images.samples.count)
    var report = SegmentationReport(hasTruth: truth != nil)
    var sheet = SegmentationSheet(images.samples, count: parameters.sheet)
    let segmentation = parameters.segmentation
    for start in stride(from: 0, to: images.samples.count, by: Self.chunk) {
      let chunk = start..<min(start + Self.chunk, images.samples.count)
      let found = try Parallel.map(chunk.count, threads: context.threads) { place in
        segmentation.regions(of: try images.image(start + place))
      }
      for (index, regions) in zip(chunk, found) {
        try writer.append(regions.labels)
        let sample = images.samples[index]
        let mask = try truth?.mask(
          of: sample.id, crop: images.crop(index), width: images.width, height: images.height)
        report.add(sample, regions, truth: mask)
        sheet.add(sample.id, try images.image(index), regions)
      }
      context.events.progress(
        StageProgress(chunk.upperBound, of: images.samples.count, "images"))
    }
    try writer.finish()
    try SampleTable(samples: images.samples).write(to: folder)
    if parameters.sheet > 0 { try sheet.write(images.samples, to: context.output("sheet")) }
    try report.finish(context)
  }
}
