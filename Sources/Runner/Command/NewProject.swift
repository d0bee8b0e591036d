internal import Execution
internal import Foundation
internal import PipelineDSL
internal import Stages
internal import Synthesis

/// The folder of a new pipeline.
struct NewProject {
  static let pipelineFile = "pipeline.json"
  static let schemaFile = "pipeline.schema.json"
  private static let syntheticImages = 200

  /// The commands to try next, each with what it does.
  static let next = [
    ("assay check \(pipelineFile)", "every problem in one pass"),
    ("assay run \(pipelineFile)", "run it; run it again, and all is cached"),
    ("assay report latest", "one HTML file: open it in a browser"),
    ("assay why \(pipelineFile) model", "after a change: what would run, and why"),
  ]

  let folder: String
  var written: [String] { [path(Self.pipelineFile), path(Self.schemaFile)] }

  private func path(_ name: String) -> String { folder == "." ? name : folder + "/" + name }

  /// Throws if the folder has a pipeline.
  func requireAbsent() throws(StageError) {
    for file in written where FileManager.default.fileExists(atPath: file) {
      throw StageError("\(file) exists already", hint: "name another folder: assay init DIR")
    }
  }

  /// Writes synthetic images, and returns their folder.
  func synthesise() throws(StageError) -> String {
    let data = path("data")
    let plan = SyntheticDataset.Plan(images: Self.syntheticImages, sources: [.fiveClass])
    do throws(SynthesisError) {
      try SyntheticDataset(plan).write(
        to: data, threads: Machine.current.processors, digest: { Digest.of($0).hex })
    } catch {
      throw StageError(String(describing: error))
    }
    return data
  }

  /// Surveys the images, and writes the pipeline with the schema that editors use.
  func write(data: String) throws(StageError) -> StarterPipeline {
    let survey = try DataSurvey(of: data, threads: Machine.current.processors)
    let own = Self.absolute(folder)
    let pipeline = try StarterPipeline(
      name: Self.name(of: own), for: survey,
      data: data.hasPrefix("/") ? data : Self.relative(Self.absolute(data), to: own),
      schema: Self.schemaFile)
    let files = [
      (Self.schemaFile, PipelineSchema.make(for: StageCatalogue.all)),
      (Self.pipelineFile, pipeline.document),
    ]
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw StageError("\(folder): cannot be created: \(systemReason(of: error))")
    }
    for (name, value) in files {
      do throws(WriteError) {
        try writeWholeFile(Array(JSONPrettyForm.text(of: value).utf8), to: path(name))
      } catch {
        throw StageError("\(path(name)): cannot be written: \(error)")
      }
    }
    return pipeline
  }

  /// The name of a folder without characters that the name of a pipeline cannot have.
  private static func name(of folder: String) -> String {
    let parts = URL(fileURLWithPath: folder).lastPathComponent.split {
      "@=,/".contains($0)
        || $0.unicodeScalars.contains { $0.properties.generalCategory == .control }
    }
    return parts.isEmpty ? "pipeline" : parts.joined(separator: "-")
  }

  /// The path without symbolic links, so that `..` leads where the system goes.
  private static func absolute(_ path: String) -> String {
    URL(fileURLWithPath: path).standardizedFileURL.resolvingSymlinksInPath().path
  }

  /// A path as seen from a folder; both are absolute.
  private static func relative(_ path: String, to folder: String) -> String {
    let (target, start) = (path.split(separator: "/"), folder.split(separator: "/"))
    let shared = zip(target, start).prefix { $0 == $1 }.count
    let parts =
      start.dropFirst(shared).map { _ in ".." } + target.dropFirst(shared).map(String.init)
    return parts.isEmpty ? "." : parts.joined(separator: "/")
  }
}
