import Imaging
import PipelineDSL

@testable import Stages

/// Runs an ingest kind on named files: distinct tiny images, or given bytes.
struct IngestBench {
  let harness: StageHarness

  init() throws { harness = try StageHarness() }

  /// Source, label, group and part by path, and the reasons for rejected files.
  struct Outcome {
    let samples: [String: String]
    let rejected: [String: String]
    let digests: [String: String]
  }

  /// Runs `kind`; files without bytes are distinct BMP images, regardless of their names.
  func run(
    _ kind: String, _ files: [String], _ other: [(path: String, bytes: [UInt8])] = [],
    with: JSONObject = [:]
  ) throws -> Outcome {
    let images = try files.enumerated().map { (path: $1, bytes: try Pictures.bmp(UInt8($0 + 1))) }
    let root = try harness.write(images + other, under: "data")
    let outcome = try harness.run(kind, with, locations: ["root": root])
    let byID = Dictionary(grouping: try SampleTable(outcome["samples"]).samples, by: \.id)
    var samples: [String: String] = [:]
    for row in try outcome.table("files", "files.csv").rows {
      samples[row[1]] = (byID[row[0]] ?? []).map {
        [$0.source, $0.nativeLabel, $0.group, $0.part?.rawValue ?? ""].joined(separator: " | ")
      }.joined(separator: " & ")
    }
    let rejected = try outcome.table("rejected", "rejected.csv").rows
    return Outcome(
      samples: samples,
      rejected: Dictionary(rejected.map { ($0[0], $0[1]) }) { first, _ in first },
      digests: outcome.digests)
  }
}
