import PipelineDSL

@testable import Stages

/// Samples for tests of splits.
enum SplitScene {
  /// `count` samples, two thirds of class a, alternating between two sources; ids are digests.
  static func samples(
    _ count: Int, group: (Int) -> String = { _ in "" }, part: (Int) -> Part? = { _ in nil }
  ) -> [Sample] {
    (0..<count).map {
      let label = $0 % 3 == 0 ? "b" : "a"
      return Sample(
        id: Digest.of("sample \($0)").hex, source: $0 % 2 == 0 ? "s" : "t", nativeLabel: label,
        label: label, group: group($0), part: part($0))
    }
  }

  /// The parts by id, and everything else the stage produced.
  static func split(
    _ samples: some Sequence<Sample>, _ with: JSONObject = [:], seed: UInt64 = 17
  ) throws -> (parts: [String: Part], outcome: StageOutcome) {
    let harness = try StageHarness()
    let folder = try harness.write([("placeholder", [])], under: "table")
    try SampleTable(samples: Array(samples)).write(to: folder)
    let images = InputArtifact(
      digest: Digest.of("images"), stage: "images",
      files: [SamplesFormat.file: folder + "/" + SamplesFormat.file])
    let outcome = try harness.run("split", with, inputs: ["images": [images]], seed: seed)
    return (try SplitTable(outcome["split"]).parts, outcome)
  }
}
