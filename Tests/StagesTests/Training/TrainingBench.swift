import Foundation
import Imaging
import PipelineDSL
import Synchronization

@testable import Stages

/// Runs `fine-tune` on a few synthetic cells, in a temporary folder.
final class TrainingBench {
  /// The outcome of one attempt.
  struct Outcome {
    let model: InputArtifact
    let history: InputArtifact
    let events: RecordedEvents
  }

  let harness: StageHarness
  private var attempts = 0

  init() throws { harness = try StageHarness() }

  /// Cells of `size` pixels in the classes blue, green and red, and their split.
  ///
  /// `part` returns the part of the n-th sample, or nil for none.
  func inputs(
    count: Int = 60, size: Int = 16, labels: [String] = ["red", "green", "blue"],
    part: (Int) -> String? = { ["train", "train", "train", "validation", "test"][$0 / 3 % 5] }
  ) throws -> [String: [InputArtifact]] {
    var rows: [(fields: [String], pixels: [UInt8], part: String?)] = []
    for index in 0..<count {
      let label = labels[index % labels.count]
      var colour: [UInt8] = [90, 90, 90]
      colour[index % labels.count % 3] = 170
      let cell = Pictures.disc(
        width: size, height: size, x: size / 2 + index % 3 - 1, y: size / 2, radius: size / 4,
        colour: colour, background: [UInt8](repeating: UInt8(180 + index % 40), count: 3))
      let id = Digest.of("cell \(index)").hex
      rows.append(([id, "drawn", label, label, ""], cell.pixels, part(index)))
    }
    rows.sort { $0.fields[0] < $1.fields[0] }
    let edge = String(size)
    let crops = rows.map { [$0.fields[0], edge, edge, "0", "0", edge, edge] }
    let divided = rows.compactMap { row in
      row.part.map { [row.fields[0], $0, row.fields[3], ""] }
    }
    return [
      "images": [
        try harness.artifact(
          "images",
          [
            (
              SamplesFormat.file,
              CSVTable(columns: SamplesFormat.columns, rows: rows.map(\.fields)).bytes
            ),
            ("crops.csv", CSVTable(columns: CropTransform.columns, rows: crops).bytes),
            (
              "pixels.npy",
              NPYArray(uint8: rows.flatMap(\.pixels), shape: [count, size, size, 3]).encoded
            ),
          ])
      ],
      "split": [
        try harness.artifact(
          "split", [("split.csv", CSVTable(columns: SplitFormat.columns, rows: divided).bytes)])
      ],
    ]
  }

  /// A folder for the state that training keeps between attempts.
  func state(_ name: String) -> StateFolder { StateFolder("\(harness.folder)/state-\(name)") }

  /// Runs one attempt; `killedIn` is the epoch, from 1, whose state can no longer be written.
  func train(
    _ inputs: [String: [InputArtifact]], _ with: JSONObject = [:], weights: String? = nil,
    threads: Int = 2, state: StateFolder, memo: MemoFolder = .none, killedIn epoch: Int? = nil
  ) throws -> Outcome {
    guard let kind = StageCatalogue.all["fine-tune"] else { throw StageError("no fine-tune") }
    attempts += 1
    let scratch = "\(harness.folder)/training/\(attempts)"
    for port in ["model", "history"] {
      try FileManager.default.createDirectory(
        atPath: "\(scratch)/\(port)", withIntermediateDirectories: true)
    }
    let recorded = RecordedEvents()
    let events: any StageEvents =
      epoch.map { KillingEvents(state: state.path, epoch: $0, recorded) } ?? recorded
    var locations: [String: LocationSnapshot] = [:]
    if let weights {
      let content = try StageHarness.snapshot(of: (weights as NSString).deletingLastPathComponent)
      let entry = content.entries.filter { weights.hasSuffix("/" + $0.path) }
      locations["weights"] = LocationSnapshot(root: weights, isFile: true, entries: entry)
    }
    let context = StageContext(
      inputs: inputs, locations: locations, seed: 17, threads: threads, scratch: scratch,
      state: state, memo: memo, events: events)
    try kind.run(try kind.resolve(with).values, context)
    return Outcome(
      model: try artifact("\(scratch)/model"), history: try artifact("\(scratch)/history"),
      events: recorded)
  }

  private func artifact(_ path: String) throws -> InputArtifact {
    let content = try StageHarness.snapshot(of: path)
    return InputArtifact(
      digest: content.digest, stage: "fine-tune",
      files: Dictionary(uniqueKeysWithValues: content.entries.map { ($0.path, content.file($0)) }))
  }
}

/// Replaces the state folder with a file once an epoch is reported, so that publishing throws.
///
/// The folder is kept under another name, as a kill would leave it.
private struct KillingEvents: StageEvents {
  let state: String
  let epoch: Int
  let inner: RecordedEvents

  init(state: String, epoch: Int, _ inner: RecordedEvents) {
    (self.state, self.epoch, self.inner) = (state, epoch, inner)
  }

  func progress(_ progress: StageProgress) {
    inner.progress(progress)
    guard progress.done == epoch else { return }
    rename(state, state + ".left")
    _ = FileManager.default.createFile(atPath: state, contents: nil)
  }

  func metric(_ metric: StageMetric) { inner.metric(metric) }
  func warn(_ text: String) { inner.warn(text) }
  func log(_ text: String) { inner.log(text) }
}
