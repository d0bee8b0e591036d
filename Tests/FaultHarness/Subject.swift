import Foundation
import Imaging
import PipelineDSL
import Store

/// A project under test: a small pipeline, its images, one record, and one store per trial.
final class Subject {
  let folder: String
  /// The folder of the record, relative to `folder`.
  let results: String
  private let executable: String
  /// What the record contained for each run when it was last inspected.
  private var known: [String: (seal: Digest?, rows: [StageRunRow])] = [:]

  init(executable: String, results: String = "results") throws {
    (self.executable, self.results) = (executable, results)
    folder = NSTemporaryDirectory() + "assay-faults-" + UUID().uuidString
    try write(Array(Self.pipeline.utf8), to: "pipeline.json")
    for (kind, name) in ["red", "green", "violet"].enumerated() {
      for number in 0..<6 {
        try write(try Self.image(kind: kind, number: number), to: "images/\(name)/\(number).png")
      }
    }
  }

  func remove() { try? FileManager.default.removeItem(atPath: folder) }

  /// Thirteen cells: a location, training with checkpoints, programs with several ports, an axis
  /// and a stage that gathers it.
  private static let pipeline = """
    {
      "assay": 1,
      "name": "faults",
      "parameters": { "seed": 5 },
      "axes": { "part": ["a", "b", "c"] },
      "stages": {
        "source": { "uses": "ingest/image-folder", "with": { "root": "images" } },
        "labels": {
          "uses": "harmonise-labels", "needs": "source",
          "with": {
            "scheme": "custom", "mapping": { "red": "red", "green": "green", "violet": "violet" }
          }
        },
        "cells": {
          "uses": "crop-normalise", "needs": "labels",
          "with": { "size": 16, "denoise": "none", "mask": "none" }
        },
        "split": {
          "uses": "split", "needs": "cells", "with": { "fractions": [0.6, 0.2, 0.2] }
        },
        "model": {
          "uses": "fine-tune", "needs": ["cells", "split"],
          "with": { "epochs": 4, "patience": 10000, "batch": 16 }
        },
        "scores": { "uses": "evaluate", "needs": ["model", "cells", "split"] },
        "list": {
          "uses": "command", "needs": { "split": "split" },
          "with": {
            "argv": [
              "/bin/sh", "-c",
              "sort {inputs.split}/split.csv > {outputs.table}/table; wc -l < {outputs.table}/table > {outputs.count}/count"
            ],
            "outputs": { "table": "files", "count": "files" }
          }
        },
        "piece": {
          "uses": "command", "needs": { "table": "list.table" },
          "with": {
            "argv": [
              "/bin/sh", "-c",
              "echo working on ${part}; echo ${part} > {outputs.files}/name; mkdir {outputs.files}/below; cat {inputs.table}/table > {outputs.files}/below/table"
            ]
          }
        },
        "whole": {
          "uses": "command", "needs": { "pieces": "piece", "count": "list.count" },
          "gather": ["part"],
          "with": {
            "argv": [
              "/bin/sh", "-c",
              "cat {inputs.pieces}/*/name {inputs.count}/count > {outputs.files}/names; echo '{\\"size\\": 3}' > {outputs.files}/metrics.json"
            ]
          }
        },
        "weigh": {
          "uses": "command", "needs": { "model": "model" },
          "with": {
            "argv": ["/bin/sh", "-c", "wc -c < {inputs.model}/model.safetensors > {outputs.files}/bytes"]
          }
        },
        "end": {
          "uses": "command", "needs": { "whole": "whole", "weight": "weigh" },
          "with": {
            "argv": ["/bin/sh", "-c", "cat {inputs.whole}/names {inputs.weight}/bytes > {outputs.files}/end"]
          }
        }
      }
    }

    """

  /// A small image of noise around a colour; different numbers give different pixels.
  static func image(kind: Int, number: Int) throws -> [UInt8] {
    var draws = RandomStream(seed: 1, kind: "faults", sample: "\(kind)/\(number)", purpose: "image")
    let colour = [[200, 40, 60], [40, 180, 60], [110, 50, 190]][kind]
    let pixels = (0..<16 * 16).flatMap { _ in
      colour.map { UInt8(clamping: $0 + draws.below(21) - 10) }
    }
    return try PNGCodec.encode(Image(width: 16, height: 16, pixels: pixels))
  }

  /// Writes a file inside the folder.
  func write(_ bytes: [UInt8], to name: String) throws {
    let url = URL(fileURLWithPath: folder + "/" + name)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: url)
  }

  // MARK: Runs

  /// Starts `assay run` on a store of this project.
  func start(
    store: String, _ words: [String] = [], _ variables: [String: String] = [:]
  ) throws -> SubjectProcess {
    try SubjectProcess(
      [executable, "run", "pipeline.json", "--results", results, "--store", store, "--cpus", "2"]
        + words, in: folder, variables)
  }

  /// Runs `assay run` to its end.
  func run(
    store: String, _ words: [String] = [], _ variables: [String: String] = [:]
  ) throws -> SubjectProcess.Ending {
    try start(store: store, words, variables).wait()
  }

  /// Starts `assay gc` on a store of this project.
  func collect(store: String, _ words: [String]) throws -> SubjectProcess {
    try SubjectProcess(
      [executable, "gc", "--results", results, "--store", store] + words, in: folder)
  }

  // MARK: Requirements

  var recordPath: String { "\(folder)/\(results)/assay.sqlite" }

  /// The record, or `nil` if no run has got as far as creating one.
  func records() throws -> RunRecords? {
    guard FileManager.default.fileExists(atPath: recordPath) else { return nil }
    return try RunRecords(path: recordPath, create: false)
  }

  /// Requires that the record is intact and still contains everything it contained before.
  func inspectRecord() throws {
    guard let records = try records() else {
      try require(known.isEmpty, "the record is gone")
      return
    }
    let damage = try records.damage()
    try require(damage.isEmpty, "the record is damaged: \(damage.joined(separator: "; "))")
    var found: [String: (seal: Digest?, rows: [StageRunRow])] = [:]
    for run in try records.runs() {
      let id = run.run.id
      let seal = try records.seal(of: id)
      try require(seal?.isWhole != false, "the seal of run \(id) is broken")
      found[id] = (run.end?.seal, try records.stageRuns(run: id))
    }
    for (id, before) in known {
      guard let now = found[id] else {
        throw FaultHarnessError("run \(id) is gone from the record")
      }
      try require(before.seal == nil || before.seal == now.seal, "the seal of run \(id) changed")
      try require(
        now.rows.prefix(before.rows.count).elementsEqual(before.rows),
        "rows of run \(id) are gone from the record or changed")
    }
    known = found
  }

  /// Forgets what the record contained; for trials that damage it on purpose.
  func forget() { known = [:] }

  /// The digests of the latest run's artifacts by cell and port, and its metrics.
  func artifacts() throws -> [String: String] {
    guard let records = try records() else { throw FaultHarnessError("there is no record") }
    let run = try records.run("latest").run.id
    let cells = Dictionary(
      uniqueKeysWithValues: try records.stageRuns(run: run).map { ($0.id, $0.cell) })
    var digests: [String: String] = [:]
    for row in try records.artifacts(run: run) {
      digests["\(cells[row.stageRun] ?? "?").\(row.port)"] = row.digest.hex
    }
    for row in try records.metrics(run: run) {
      let step = row.metric.step.map { "@\($0)" } ?? ""
      digests["\(cells[row.stageRun] ?? "?"): \(row.metric.name)\(step)"] = "\(row.metric.value)"
    }
    return digests
  }

  /// The status of each cell in the latest run.
  func statuses() throws -> [String: StageStatus] {
    guard let records = try records() else { return [:] }
    let run = try records.run("latest").run.id
    return Dictionary(
      try records.stageRuns(run: run).map { ($0.cell, $0.status) }, uniquingKeysWith: { $1 })
  }

  /// Requires that the latest run has the artifacts of an undisturbed one, down to every byte.
  func expect(_ reference: [String: String], in store: String, whole: Bool = true) throws {
    let found = try artifacts()
    for (name, digest) in reference.sorted(by: { $0.key < $1.key }) {
      try require(
        found[name] == digest, "\(name) is \(found[name] ?? "missing"), undisturbed it is \(digest)"
      )
    }
    try require(found.count == reference.count, "there are unexpected artifacts")
    guard whole else { return }
    let objects = ObjectStore(try StoreLayout(root: folder + "/" + store))
    for digest in Set(found.values).compactMap({ Digest(hex: $0) }) {
      for file in try objects.manifest(digest).files {
        _ = try objects.read(file.digest, verify: true)
      }
    }
  }

  /// Requires that the plain run after a fault succeeds with the artifacts of an undisturbed one,
  /// and does not repeat cells that were reported as done.
  func expectRecovery(
    _ reference: [String: String], in store: String, done: Set<String> = []
  ) throws {
    let ending = try run(store: store)
    try require(ending.exit == 0, "the run after it ended with \(ending.exit):\n\(ending.text)")
    try expect(reference, in: store)
    let statuses = try statuses()
    for cell in done.sorted() {
      try require(
        statuses[cell] == .hit, "\(cell) was reported as done, but ran again:\n\(ending.text)")
    }
    try inspectRecord()
  }
}
