internal import Imaging
internal import PipelineDSL

/// The Taleqani (Iranian) set: benign cells and three stages of ALL, original or segmented by
/// colour.
///
/// Reads the release with `Original` and `Segmented`, and its sister release with folders such as
/// `[Malignant] early Pre-B`. Patients are not identified.
struct IngestTaleqani: IngestKind {
  /// The image to read from each pair.
  enum Form: String, ParameterChoice {
    case original
    case segmented
  }

  struct Parameters: StageParameters {
    var root = Location("")
    var images = Form.original

    static let fields: [ParameterField<Self>] = [
      .init("root", \.root, required: true, "folder of the data set, or its parent"),
      .init(
        "images", \.images,
        "original photographs, or segmented ones with everything but the blasts blackened"),
    ]
  }

  static let name = "ingest/taleqani"
  static let revision = 2
  static let summary = "Reads the Taleqani set: Benign, Early, Pre and Pro."
  static let source = "Ghaderzadeh et al. 2022, International Journal of Intelligent Systems 37"
  static let ports = Ingest.ports
  static var libraries: [String: String] { ImagingLibraries.versions }

  /// The classes, by folded folder name.
  static let classes = [
    "benign": "Benign", "early": "Early", "pre": "Pre", "pro": "Pro", "early pre b": "Early",
    "pre b": "Pre", "pro b": "Pro",
  ]

  let parameters: Parameters
  init(_ parameters: Parameters) { self.parameters = parameters }

  func run(_ context: StageContext) throws {
    try Ingest(.taleqani).run(
      context, roles: Self.roles(try IngestFiles(context), parameters.images))
  }

  /// Whether a path leads to a segmented image.
  static func isSegmented(_ path: [String]) -> Bool {
    path.dropLast().contains { $0.lowercased() == "segmented" }
  }

  static func roles(_ files: IngestFiles, _ form: Form) -> [FileRole] {
    Ingest.roles(files, classes: classes) { parts, label in
      let isSegmented = isSegmented(parts)
      guard isSegmented == (form == .segmented) else {
        return .rejected("a\(isSegmented ? " segmented" : "n original") image; images is \(form)")
      }
      return .sample(nativeLabel: label)
    }
  }
}
