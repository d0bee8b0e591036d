internal import Foundation
internal import PipelineDSL
internal import Store

/// The run that `latest` means where a command names no pipeline.
enum FolderPipeline {
  /// Larger files are not read: a pipeline is written by hand.
  private static let sizeLimit = 4 << 20

  /// The run for a reference; `latest` means a run of the pipeline in the working folder, if runs of
  /// exactly one are recorded, and otherwise of any pipeline.
  ///
  /// Throws a usage error that lists the choices if runs of several pipelines of the folder are
  /// recorded.
  static func run(_ reference: String, _ records: RunRecords) throws -> RunSummary {
    guard reference == "latest" || reference.hasPrefix("latest~") else {
      return try records.run(reference)
    }
    let recorded = Set(try records.pipelines())
    let names = Set(names(in: ".")).intersection(recorded).sorted()
    guard names.count <= 1 else {
      let choices = names.map { "'latest:\($0)\(reference.dropFirst("latest".count))'" }
      throw CommandError.usage(
        "'\(reference)' could mean a run of any pipeline in this folder; write "
          + choices.joined(separator: " or "))
    }
    return try records.run(reference, pipeline: names.first)
  }

  /// The names of the pipelines in a folder.
  private static func names(in folder: String) -> [String] {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return files.filter { $0.hasSuffix(".json") }.sorted().compactMap { file in
      let path = folder + "/" + file
      let status = try? FileManager.default.attributesOfItem(atPath: path)
      guard status?[.type] as? FileAttributeType == .typeRegular,
        let size = status?[.size] as? Int, size <= sizeLimit,
        let bytes = FileManager.default.contents(atPath: path),
        let root = try? JSONParser.parse([UInt8](bytes)), root["assay"] != nil
      else { return nil }
      return root["name"]?.text
    }
  }
}
