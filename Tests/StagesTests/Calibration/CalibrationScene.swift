import Foundation
import PipelineDSL

@testable import Stages

/// Drawn predictions of a model that is twice too sure, with a split of four parts.
struct CalibrationScene {
  let bench: ClassifyBench
  /// A network of the same classes; nothing but its card is read.
  let model: InputArtifact
  let split: InputArtifact
  let predictions: InputArtifact
  /// An artifact with the sources of the samples: half of them are of source s, and half of t.
  let samples: InputArtifact

  /// Draws predictions; `counts` has the numbers of samples of the parts, in their order.
  init(
    _ counts: [Int] = [20, 150, 150, 200], seed: UInt64 = 1,
    label change: (Int, Part, String) -> String = { $2 }
  ) throws {
    let bench = try ClassifyBench()
    self.bench = bench
    model = try bench.network(seed: 3)
    var set = PredictionSet(classes: bench.classes)
    var rows: [Sample] = []
    var index = 0
    for (part, count) in zip(Part.allCases, counts) {
      for _ in 0..<count {
        var stream = RandomStream(seed: seed, kind: "scene", sample: "\(index)", purpose: "draw")
        let logits = bench.classes.map { _ in 1.5 * stream.normal() }
        let shares = EnsembleRule.logProbabilities(logits.map { Float($0) })
        // The class with the largest sum of logarithm and Gumbel noise is drawn by its probability.
        let noisy = shares.map { Float($0 - log(-log(stream.uniform()))) }
        let own = bench.classes[ClassificationReport.predicted(noisy)]
        let sample = Sample(
          id: Digest.of("drawn \(index)").hex, source: index % 2 == 0 ? "s" : "t",
          nativeLabel: "", label: change(index, part, own), group: "")
        set.append(sample, part, logits.map { Float(2 * $0) })
        rows.append(sample)
        index += 1
      }
    }
    predictions = try bench.harness.artifact(
      "drawn-\(Digest.of(set.table.bytes).short)", [(PredictionsFormat.file, set.table.bytes)])
    let parts = CSVTable(
      columns: SplitFormat.columns,
      rows: set.rows.map { [$0.id, $0.part.rawValue, $0.label, ""] })
    split = try bench.harness.artifact(
      "split-\(Digest.of(parts.bytes).short)", [(SplitFormat.file, parts.bytes)])
    let table = CSVTable(columns: SamplesFormat.columns, rows: rows.map(\.fields))
    samples = try bench.harness.artifact(
      "samples-\(Digest.of(table.bytes).short)", [(SamplesFormat.file, table.bytes)])
  }

  /// Runs a kind on the drawn predictions; `sourced` connects the sources too.
  func run(
    _ kind: String, _ with: JSONObject = [:], sourced: Bool = false, seed: UInt64 = 17,
    threads: Int = 2
  ) throws -> StageOutcome {
    var inputs = ["model": [model], "predictions": [predictions], "split": [split]]
    if sourced { inputs["images"] = [samples] }
    return try bench.harness.run(kind, with, inputs: inputs, seed: seed, threads: threads)
  }

  /// The message of a run that fails.
  func failure(_ kind: String, _ with: JSONObject = [:], sourced: Bool = false) -> String {
    do {
      _ = try run(kind, with, sourced: sourced)
      return "no error"
    } catch {
      return "\(error)"
    }
  }
}

extension ClassifyBench {
  /// The split with every third training sample in the calibration part.
  func splitWithCalibration() throws -> InputArtifact {
    var seen = 0
    return try changed(split, SplitFormat.file) { _, row in
      guard row[1] == Part.train.rawValue else { return }
      seen += 1
      if seen % 3 == 0 { row[1] = Part.calibration.rawValue }
    }
  }

  /// Runs `calibrate` or `conformal` on the images.
  func onImages(
    _ kind: String, _ with: JSONObject = [:], model: InputArtifact, split: InputArtifact? = nil,
    threads: Int = 2
  ) throws -> StageOutcome {
    try harness.run(
      kind, with,
      inputs: [
        "model": [model], "images": [images], "split": [try split ?? splitWithCalibration()],
      ], threads: threads)
  }
}
