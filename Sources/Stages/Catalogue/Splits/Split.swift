internal import Imaging
internal import PipelineDSL

/// Divides samples into train, validation and test, and calibration if it is asked for.
struct Split: StageKind {
  static let name = "split"
  static let revision = 3
  static let draws = true
  static let summary =
    "Divides samples into train, validation, calibration and test: stratified, by group, and stable."
  static let source =
    "Assay; fractions of paper A; near duplicates by pHash (Zauner 2010) at 256 bits; cut-outs by "
    + "normalised cross-correlation (Lewis 1995)"
  static let opensOriginals = true
  static var libraries: [String: String] { ImagingLibraries.versions }
  static let ports = Ports(
    inputs: [.init("images", .images, .one, "samples to divide")],
    outputs: [
      .init("split", .split, "split.csv: the part of every sample that has one"),
      .init(
        "table", .files, side: true,
        "counts.csv: samples by label, source and part; duplicates.csv: sets of near duplicates"),
    ])

  let parameters: Parameters
  init(_ parameters: Parameters) { self.parameters = parameters }

  func run(_ context: StageContext) throws {
    let samples = try SampleTable(try context.input("images")).samples
    let derived = DerivedSource.present(in: Set(samples.map(\.source)))
    let duplicates = try parameters.nearDuplicates.map {
      try DuplicateSets(
        try context.input("images"), parameters.compare,
        tying: parameters.derived == .tie ? derived : [], within: $0, context)
    }
    let units = SplitUnits(samples, parameters, duplicates, context)
    let parts = try Partition(parameters, units, samples).parts()
    let rows = zip(samples, parts).compactMap { sample, part in
      part.map { [sample.id, $0.rawValue, sample.label, sample.group] }
    }
    try writeFile(
      CSVTable(columns: SplitFormat.columns, rows: rows).bytes,
      context.output("split") + "/" + SplitFormat.file)
    let report = SplitReport(parameters, samples, parts, duplicates)
    try report.write(to: context.output("table"))
    try report.tell(context.events)
    report.tell(derived, context.events)
  }
}
