import PipelineDSL
import Store
import TestSupport
import Testing

/// Expected times against recorded ones, and times as results.
@Suite struct EstimateTests {
  private static let pipeline = """
    {
      "assay": 1,
      "name": "estimate",
      "parameters": { "epochs": 30 },
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
          "with": { "epochs": "${epochs}", "patience": 10000, "batch": 16 }
        },
        "scores": { "uses": "evaluate", "needs": ["model", "cells", "split"] }
      }
    }
    """

  private func project() throws -> Project {
    let project = try Project(Self.pipeline)
    try TinyImages.write(to: project, perClass: 15)
    return project
  }

  private func isClose(_ value: Double?, _ recorded: Double) -> Bool {
    value.map { $0 >= recorded / 2 && $0 <= recorded * 2 } ?? false
  }

  @Test("the estimate of a forced run is within a factor of two of the recorded time")
  func forcedRunIsEstimated() throws {
    let project = try project()
    let before = try project.assay("plan", Project.file, "--estimate")
    #expect(before.output.contains("never executed on this machine"), "\(before.text)")
    #expect(before.output.contains("time: at least 0 s"), "\(before.text)")
    #expect(try project.run("--jobs", "1").exit == 0)
    #expect(try project.run("--jobs", "1", "--force").exit == 0)
    let rows = try project.rows()
    let seconds = rows.reduce(0) { $0 + $1.seconds }
    let ending = try project.assay(
      "run", Project.file, "--force", "-n", "--estimate", "--json", "--jobs", "1")
    let estimate = try #require(try JSONParser.parse(ending.output)["estimate"])
    #expect(estimate["cells"]?.whole == 6 && estimate["complete"]?.truth == true)
    #expect(isClose(estimate["seconds"]?.real, seconds), "\(estimate) \(seconds)")
    let processor = rows.reduce(0) { $0 + $1.cpuSeconds }
    #expect(isClose(estimate["processor-seconds"]?.real, processor), "\(estimate) \(processor)")
    let records = try project.records()
    let run = try records.run("latest").run.id
    let bytes = try records.artifacts(run: run).reduce(0) { $0 + $1.bytes }
    #expect(isClose(estimate["bytes"]?.real, Double(bytes)), "\(estimate) \(bytes)")
    let memory = rows.map(\.peakMemory).max() ?? 0
    #expect(isClose(estimate["memory"]?.real, Double(memory)), "\(estimate) \(memory)")
    let runs = estimate["groups"]?.elements?.first?["runs"]?.elements ?? []
    #expect(runs.contains(.string(run)))
  }

  @Test("four times as many epochs are expected to take longer by about as much")
  func longerTrainingIsScaled() throws {
    let project = try project()
    #expect(try project.run().exit == 0)
    let row = try #require(try project.rows().first { $0.cell == "model" })
    let words = ["plan", Project.file, "--set", "epochs=120", "--estimate", "--json"]
    let ending = try SpawnedProgram(words, in: project.folder).wait()
    let estimate = try #require(try JSONParser.parse(ending.output)["estimate"])
    #expect(estimate["cells"]?.whole == 2 && estimate["undecided"]?.whole == 1)
    let group = estimate["groups"]?.elements?.first { $0["kind"]?.text == "fine-tune" }
    #expect(isClose(group?["seconds"]?.real, 4 * row.seconds), "\(estimate) \(row.seconds)")
    let text = try project.assay("plan", Project.file, "--set", "epochs=120", "--estimate")
    #expect(text.output.contains("1 execution in run"), "\(text.output)")
    #expect(text.output.contains("upper bound: 1 of 2 cells"), "\(text.output)")
    #expect(try project.assay("run", Project.file, "--estimate").exit == 2)
  }

  @Test("times by phase come from the run that executed the cells")
  func timesAreShownByPhase() throws {
    let project = try project()
    #expect(try project.run().exit == 0)
    let first = try project.records().run("latest").run.id
    let sum = try project.rows().reduce(0) { $0 + $1.seconds }
    #expect(try project.run().exit == 0)
    let ending = try project.assay("metrics", "--times")
    #expect(ending.exit == 0)
    #expect(ending.output.contains("preprocessing"), "\(ending.output)")
    #expect(ending.output.contains("cached: time of run \(first)"), "\(ending.output)")
    let json = try JSONParser.parse(try project.assay("metrics", "--times", "--json").output)
    let row = try #require(json.elements?.first)
    #expect(row["cell"]?.text == "scores")
    let overall = try #require(row["overall"]?.real)
    #expect(abs(overall - sum) < 1e-6)
    #expect(try project.assay("metrics", "--times", "--history").exit == 2)
  }
}
