internal import Imaging
internal import PipelineDSL

/// Any set of images with one folder per class.
struct IngestImageFolder: IngestKind {
  struct Parameters: StageParameters {
    var root = Location("")
    var source = "image-folder"
    var depth = 1

    static let fields: [ParameterField<Self>] = [
      .init("root", \.root, required: true, "folder with one sub-folder per class"),
      .init("source", \.source, "source name of the samples"),
      .init(
        "depth", \.depth, in: 1...8,
        "position of the folder that names the class: 2 for train/CLASS/file"),
    ]

    func conflicts() -> [String] { source.isEmpty ? ["source is empty"] : [] }
  }

  static let name = "ingest/image-folder"
  static let revision = 2
  static let summary = "Reads any set of images in class folders."
  static let source = "Assay; torchvision's ImageFolder"
  static let ports = Ingest.ports
  static var libraries: [String: String] { ImagingLibraries.versions }

  let parameters: Parameters
  init(_ parameters: Parameters) { self.parameters = parameters }

  func run(_ context: StageContext) throws {
    let ingest = Ingest(
      source: parameters.source,
      layout: parameters.depth == 1
        ? "one folder per class, with images below it"
        : "images \(parameters.depth) folders deep, the innermost named by the class")
    try ingest.run(
      context, roles: Self.roles(try IngestFiles(context), depth: parameters.depth))
  }

  /// The roles of files; folder number `depth` of their path, counted from 1, names the class.
  static func roles(_ files: IngestFiles, depth: Int) -> [FileRole] {
    let position = depth - 1 + (wrapped(files.paths, depth: depth) ? 1 : 0)
    return files.paths.map { path in
      if let reason = Ingest.clutter(path) { return .rejected(reason) }
      let parts = path.pathParts
      guard parts.count > position + 1 else { return .rejected("not below a folder of a class") }
      return .sample(nativeLabel: parts[position])
    }
  }

  /// Whether a single folder contains all images and is not itself a class.
  ///
  /// It is a wrapper if every image in it is in a further folder.
  private static func wrapped(_ paths: [String], depth: Int) -> Bool {
    let images = paths.filter {
      Ingest.clutter($0) == nil && Ingest.imageExtensions.contains($0.pathExtension)
    }.map(\.pathParts)
    return Set(images.map { $0[0] }).count == 1
      && images.allSatisfy { $0.count > depth + 1 }
  }
}
