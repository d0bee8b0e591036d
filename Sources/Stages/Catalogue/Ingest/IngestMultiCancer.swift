internal import Imaging
internal import PipelineDSL

/// The ALL part of the multi-cancer set: augmented copies of the Taleqani images.
///
/// Names do not identify the image that a copy was made from, so there are no groups: when joined
/// with Taleqani, copies of one image are on both sides of a split.
struct IngestMultiCancer: IngestKind {
  static let name = "ingest/multi-cancer"
  static let revision = 2
  static let summary = "Reads ALL/{all_benign,all_early,all_pre,all_pro} of the multi-cancer set."
  static let source = "Naren 2022, Kaggle; augmented images of the Taleqani set"
  static let ports = Ingest.ports
  static var libraries: [String: String] { ImagingLibraries.versions }

  let parameters: RootParameters
  init(_ parameters: RootParameters) { self.parameters = parameters }

  func run(_ context: StageContext) throws {
    try Ingest(.multiCancer).run(context, roles: Self.roles(try IngestFiles(context)))
  }

  /// The class folders, by folded name.
  static let classes = ["all_benign", "all_early", "all_pre", "all_pro"].byFoldedName

  static func roles(_ files: IngestFiles) -> [FileRole] { Ingest.roles(files, classes: classes) }
}
