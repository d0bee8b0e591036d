internal import Imaging
internal import PipelineDSL

/// Searches a data set for leakage, shortcuts and outliers before anything is trained.
struct InspectData: StageKind {
  struct Parameters: StageParameters {
    var compare = Split.Compared.originals
    var nearDuplicates = 16
    var shortcutMargin = 0.1
    var sheet = 32

    static let fields: [ParameterField<Self>] = [
      .init(
        "compare", \.compare,
        "originals, opened by digest, or only crops as they are, if there are no originals: then "
          + "neither their borders nor their encodings are inspected"),
      .init(
        "near-duplicates", \.nearDuplicates, in: 0...64,
        "maximum difference of perceptual hashes of near duplicates, in bits of 256"),
      .init(
        "shortcut-margin", \.shortcutMargin, in: 0...1,
        "share of the way from chance to a perfect prediction that the lower end of a probe's "
          + "interval exceeds if it is a finding"),
      .init(
        "sheet", \.sheet, in: 0...200, "maximum number of images per picture sheet, 0 for none"),
    ]
  }

  static let name = "inspect-data"
  static let revision = 1
  static let summary =
    "Finds duplicates, label conflicts, shortcuts and outliers, and how to remove each."
  static let source =
    "Assay, after Deepchecks, cleanvision, FiftyOne and SelfClean (Gröger et al. 2024); near duplicates by pHash "
    + "(Zauner 2010); Cramér's V (Bergsma 2013); linear discriminant analysis"
  static let opensOriginals = true
  static var libraries: [String: String] { ImagingLibraries.versions }
  static let ports = Ports(
    inputs: [
      .init("images", .images, .one, "images to inspect"),
      .init("split", .split, .optional, "split of the images, to find what lies in several parts"),
      .init(
        "samples", .samples, .any, "samples of ingest stages, to find files with several labels"),
      .init(
        "files", .files, .any,
        "files of ingest stages, by name: to find files with the same content"),
    ],
    outputs: [
      .init(
        FindingsFormat.port, .files,
        "findings.csv and findings.json, ids/KIND.csv and sheets/KIND.png of each kind that was "
          + "found, duplicates.csv by sources, labels and parts")
    ])

  let parameters: Parameters
  init(_ parameters: Parameters) { self.parameters = parameters }

  func run(_ context: StageContext) throws {
    let scene = try InspectionScene(context)
    guard !scene.samples.isEmpty else {
      throw StageError("nothing to inspect: 0 images", hint: "look at rejected.csv of the crops")
    }
    let derived = DerivedSource.present(in: Set(scene.samples.map(\.source)))
    let measures = try InspectionMeasures(scene, parameters.compare, derived, context)
    let duplicates = try DuplicateFindings(
      scene, measures, derived, within: parameters.nearDuplicates, context)
    let units = Self.units(scene, duplicates.sets)
    let (copies, table) = duplicates.findings()
    let associations = AssociationFindings(scene, units: units).findings()
    let shortcuts = ShortcutFindings(
      scene, measures, units: units, margin: parameters.shortcutMargin
    ).findings()
    let report = InspectionReport(
      findings: (copies + associations.findings + shortcuts.findings
        + OutlierFindings(scene, measures).findings()).sorted(by: InspectionFinding.precedes),
      duplicates: table, scene: scene, showsOriginals: parameters.compare == .originals,
      tiles: parameters.sheet)
    try report.write(context)
    report.tell(context.events)
    for metric in associations.metrics + shortcuts.metrics { context.events.metric(metric) }
  }

  /// The unit of each sample, by the first one: samples of one group, and duplicates.
  private static func units(_ scene: InspectionScene, _ first: [Int]) -> [Int] {
    var sets = DisjointSets(count: scene.samples.count)
    var groups: [String: Int] = [:]
    for (index, sample) in scene.samples.enumerated() {
      sets.join(first[index], index)
      guard !sample.group.isEmpty else { continue }
      if let known = groups[sample.group] {
        sets.join(known, index)
      } else {
        groups[sample.group] = index
      }
    }
    return scene.samples.indices.map { sets.first(of: $0) }
  }
}
