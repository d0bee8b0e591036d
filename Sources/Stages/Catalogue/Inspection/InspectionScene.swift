internal import Imaging
internal import PipelineDSL

/// What an inspection looks at: the images, and what is known about their samples and files.
struct InspectionScene: Sendable {
  /// A row of `files.csv`.
  struct File: Sendable {
    var id: String
    var path: String
    var bytes: Int
  }

  let images: ImageSet
  /// The part of each image; all `nil` without a split.
  let parts: [Part?]
  /// Whether there is a split.
  let hasSplit: Bool
  /// The rows of the samples tables, as the data sets label them.
  let rows: [Sample]
  /// The image files of the data sets, with those that have the same content.
  let files: [File]

  var samples: [Sample] { images.samples }

  /// Opens the inputs of a stage.
  init(_ context: StageContext) throws {
    images = try ImageSet(try context.input("images"))
    if let split = context.inputs["split"]?.first {
      let table = try SplitTable(split)
      parts = images.samples.map { table.parts[$0.id] }
      hasSplit = true
      guard images.samples.isEmpty || parts.contains(where: { $0 != nil }) else {
        throw StageError(
          "no image of '\(context.inputs["images"]?.first?.stage ?? "")' is in the split",
          hint: "connect the split that was made from these images")
      }
    } else {
      parts = images.samples.map { _ in nil }
      hasSplit = false
    }
    var rows: [Sample] = []
    for artifact in context.inputs["samples"] ?? [] { rows += try SampleTable(artifact).samples }
    self.rows = SampleTable(samples: rows).samples
    var files: [File] = []
    for artifact in context.inputs["files"] ?? [] { files += try Self.files(artifact) }
    self.files = files.sorted { ($0.id, $0.path) < ($1.id, $1.path) }
  }

  private static func files(_ artifact: InputArtifact) throws(StageError) -> [File] {
    guard artifact.files["files.csv"] != nil else {
      throw StageError(
        "'\(artifact.stage)' has no files.csv",
        hint: "connect the output 'files' of an ingest stage, as {\"files\": \"pbc.files\"}")
    }
    var files: [File] = []
    for (index, row) in try artifact.rows("files.csv", ["id", "path", "bytes"]).enumerated() {
      guard let bytes = Int(row[2]) else {
        throw artifact.failure(
          "files.csv", "line \(index + 2): expected a number of bytes, found '\(row[2])'")
      }
      files.append(File(id: row[0], path: row[1], bytes: bytes))
    }
    return files
  }

  /// A sample as a member of a finding.
  func member(_ index: Int, set: Int = 0, note: String = "") -> InspectionFinding.Member {
    let sample = samples[index]
    return .init(
      id: sample.id, source: sample.source, label: sample.label, group: sample.group,
      part: parts[index], set: set, note: note)
  }

  /// The indices of the samples of each source, sources in order.
  var bySource: [(source: String, members: [Int])] {
    Dictionary(grouping: samples.indices) { samples[$0].source }
      .map { (source: $0.key, members: $0.value) }.sorted { $0.source < $1.source }
  }
}
