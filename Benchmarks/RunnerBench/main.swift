internal import Foundation
internal import PipelineDSL
internal import Store

// Writes a record of many runs, for Benchmarks/runner.py: row by row and sealed, as a coordinator
// does, but with many runs per transaction.
//
//     runner-bench RESULTS RUNS

/// One study repeated: eight stages, three of which depend on the learning rate.
struct Study {
  static let stages = [
    "images", "labels", "cells", "split", "views", "model", "scores", "table",
  ]
  static let epochs = 20
  static let text = #"{"assay": 1, "name": "study", "stages": {}}"#

  let records: RunRecords
  let cache: ActionCache

  init(_ results: String) throws {
    records = try RunRecords(path: results + "/assay.sqlite")
    cache = ActionCache(ObjectStore(try StoreLayout(root: results + "/store")))
  }

  /// The result of a stage: one of a hundred if it depends on the rate.
  static func result(_ stage: String, rate: Int) -> KeyRecord {
    let changes = ["model", "scores", "table"].contains(stage)
    let artifact = Digest.of("\(stage) \(changes ? rate : 0)")
    var metrics: [StageMetric] = []
    if stage == "model" {
      for epoch in 1...epochs {
        metrics.append(StageMetric("train/loss", step: epoch, 2 / Double(epoch + rate)))
        metrics.append(
          StageMetric("validation/macro-f1", step: epoch, 1 - 1 / Double(epoch + rate)))
      }
    }
    if stage == "scores" {
      for name in ["accuracy", "macro-f1", "macro-precision", "macro-recall"] {
        metrics.append(StageMetric("test/" + name, step: nil, 0.9 + Double(rate) / 1000))
      }
    }
    return KeyRecord(
      kind: stage, revision: 1,
      preImage: [
        "kind": .string(stage), "parameters": ["rate": .integer(changes ? rate : 0)], "inputs": [:],
      ],
      artifacts: ["out": .init(type: .files, digest: artifact, bytes: 1_000_000)], metrics: metrics)
  }

  /// Writes one run and seals it.
  func write(_ number: Int) throws(StoreError) {
    let started = 1_700_000_000 + Double(number) * 3600
    let run = RunRecords.newRunID(at: started)
    let rate = number % 100
    try records.begin(
      RunRow(
        id: run, pipeline: "study", pipelineDigest: Digest.of(Self.text),
        command: "assay run study.json", host: "bench", user: "bench", started: started),
      pipelineText: Self.text)
    try records.add(parameter: "rate", value: .integer(rate), run: run)
    for name in ["assay", "kernel", "processor", "sqlite", "swift"] {
      try records.add(environment: name, value: "1", run: run)
    }
    for (from, to) in zip(Self.stages, Self.stages.dropFirst()) {
      try records.add(EdgeRow(from: from, output: "out", to: to, input: "in"), run: run)
    }
    for stage in Self.stages {
      let result = Self.result(stage, rate: rate)
      let row = try records.add(
        StageRunRow(
          run: run, cell: stage, stage: stage, kind: stage, key: result.key,
          status: number < 100 ? .executed : .hit, reason: "its result is in the store",
          started: started))
      for (port, artifact) in result.artifacts {
        try records.add(
          ArtifactRow(
            stageRun: row, port: port, type: artifact.type, digest: artifact.digest,
            bytes: artifact.bytes))
      }
      for metric in result.metrics { try records.add(MetricRow(stageRun: row, metric: metric)) }
      if stage == "scores" {
        try records.add(
          CheckRow(
            stageRun: row, metric: "test/macro-f1", relation: "at-least", threshold: 0.9,
            value: 0.95, met: true))
      }
    }
    if number % 50 == 0 {
      try records.add(
        EventRow(run: run, kind: "tag", subject: "week-\(number / 50)", at: started))
    }
    _ = try records.finish(run: run, status: .done, exit: 0, finished: started + 60)
  }
}

let words = CommandLine.arguments
guard words.count == 3, let runs = Int(words[2]), runs > 1 else {
  FileHandle.standardError.write(Data("usage: runner-bench RESULTS RUNS\n".utf8))
  exit(2)
}
let study = try Study(words[1])
for first in stride(from: 0, to: runs, by: 500) {
  try study.records.transaction { () throws(StoreError) in
    for number in first..<min(first + 500, runs) { try study.write(number) }
  }
}
// `diff` opens the results of the last two runs.
for number in [runs - 2, runs - 1] {
  for stage in Study.stages {
    _ = try study.cache.publish(Study.result(stage, rate: number % 100))
  }
}
