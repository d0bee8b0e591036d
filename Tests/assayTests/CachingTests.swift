import Foundation
import PipelineDSL
import Store
import TestSupport
import Testing

/// What runs again after a change, and the reasons that `why` reports.
@Suite struct CachingTests {
  private static let pipeline = """
    {
      "assay": 1,
      "name": "caching",
      "parameters": { "size": 12, "seed": 3 },
      "stages": {
        "source": { "uses": "ingest/image-folder", "with": { "root": "images" } },
        "labels": {
          "uses": "harmonise-labels", "needs": "source",
          "with": { "scheme": "custom", "mapping": { "red": "warm", "green": "cold" } }
        },
        "cells": {
          "uses": "crop-normalise", "needs": "labels",
          "with": { "size": "${size}", "denoise": "none", "mask": "none" }
        },
        "split": {
          "uses": "split", "needs": "cells", "with": { "fractions": [0.5, 0.25, 0.25] }
        },
        "count": {
          "uses": "command", "needs": { "split": "split" },
          "with": {
            "argv": ["/bin/sh", "-c", "wc -l < {inputs.split}/split.csv > {outputs.files}/lines"]
          }
        },
        "copy": {
          "uses": "command", "needs": { "count": "count" },
          "with": { "argv": ["/bin/sh", "-c", "cp {inputs.count}/lines {outputs.files}/lines"] }
        }
      }
    }
    """
  private static let all: Set = ["source", "labels", "cells", "split", "count", "copy"]

  /// A project whose six stages have run.
  private func projectThatRan() throws -> Project {
    let project = try Project(Self.pipeline)
    try TinyImages.write(to: project, perClass: 8, classes: 2)
    try #require(try project.executed() == Self.all)
    return project
  }

  @Test func secondRunHitsEverything() throws {
    let project = try projectThatRan()
    let ending = try project.run()
    #expect(ending.exit == 0)
    #expect(ending.output.contains("6 hit"))
    #expect(try project.statuses() == Dictionary(uniqueKeysWithValues: Self.all.map { ($0, .hit) }))
    #expect(try project.assay("status", Project.file, "-q").exit == 0)
  }

  @Test func parameterChangeRunsItsStageAndThoseItAffects() throws {
    let project = try projectThatRan()
    try project.edit(#""size": 12"#, to: #""size": 10"#)
    #expect(try project.assay("status", Project.file, "-q").exit == 4)
    let plan = try project.plan()
    #expect(plan["labels"]?.state == "hit")
    #expect(plan["cells"]?.state == "run")
    #expect(plan["cells"]?.reason == "parameter size: 12 -> 10")
    #expect(plan["split"]?.state == "undecided")
    #expect(plan["split"]?.reason == "until cells has run")
    #expect(try project.why("cells").contains("parameter size: 12 -> 10"))
    // The samples are unchanged, so the split has the same bytes and no stage after it runs.
    #expect(try project.executed() == ["cells", "split"])
    #expect(
      try project.why("split").contains("input images (from cells): changed crop.json, pixels.npy"))
    try project.edit(#""seed": 3"#, to: #""seed": 4"#)
    #expect(try project.why("split").contains("seed: 3 -> 4"))
    // Programs can read the seed, so it is part of their keys too.
    #expect(try project.executed() == ["split", "count", "copy"])
  }

  @Test func identicalOutputDoesNotRunLaterStages() throws {
    let project = try projectThatRan()
    try project.edit("wc -l < {inputs.split}", to: "true; wc -l < {inputs.split}")
    #expect(try project.executed() == ["count"])
    #expect(try project.why("count").contains("parameter argv/2: "))
  }

  @Test func modificationTimesDoNotMatter() throws {
    let project = try projectThatRan()
    for number in 0..<8 {
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSince1970: 1_600_000_000)],
        ofItemAtPath: project.path("images/red/\(number).png"))
    }
    #expect(try project.executed().isEmpty)
  }

  @Test func renamedImageRunsOnlyItsIngest() throws {
    let project = try projectThatRan()
    try project.move("images/red/3.png", to: "images/red/other.png")
    let plan = try project.plan()
    #expect(plan["source"]?.state == "run")
    #expect(plan["source"]?.reason == "location root: renamed red/3.png to red/other.png")
    #expect(try project.why("source").contains("renamed red/3.png to red/other.png"))
    #expect(try project.executed() == ["source"])
    #expect(try project.why("source").contains("renamed red/3.png to red/other.png"))
  }

  @Test func strayFileRunsOnlyItsIngest() throws {
    let project = try projectThatRan()
    try project.write("finder", to: "images/.DS_Store")
    #expect(try project.why("source").contains("location root: added .DS_Store"))
    #expect(try project.executed() == ["source"])
    let rejected = try project.text(of: "rejected.csv", in: "source", port: "rejected")
    #expect(rejected.contains(".DS_Store,"))
    try FileManager.default.removeItem(atPath: project.path("images/.DS_Store"))
    // The result for the earlier state is cached.
    #expect(try project.executed().isEmpty)
  }

  @Test func editedImageRunsFromItsIngest() throws {
    let project = try projectThatRan()
    try TinyImages.write(kind: 0, number: 99, to: project, at: "images/red/3.png")
    #expect(try project.why("source").contains("location root: changed red/3.png"))
    // As many images as before: `count` writes the same bytes, so `copy` does not run.
    #expect(try project.executed() == ["source", "labels", "cells", "split", "count"])
    #expect(try project.why("labels").contains("input samples (from source): changed samples.csv"))
    try FileManager.default.removeItem(atPath: project.path("images/red/3.png"))
    #expect(try project.why("source").contains("removed red/3.png"))
    #expect(try project.executed() == Self.all)
  }

  @Test func changesOutsideTheKeyRunNothing() throws {
    let project = try projectThatRan()
    try project.edit(
      #""uses": "split", "needs""#,
      to: """
        "uses": "split", "description": "in three", "resources": { "memory": "64 MiB", "cpus": 1,
        "time": "00:05:00" }, "checks": [{ "metric": "samples/train", "at-least": 1 }],
        "reference": [{ "metric": "samples/train", "value": 9, "source": "nobody" }], "needs"
        """)
    try project.edit(#""name": "caching""#, to: #""name": "other", "description": "words""#)
    #expect(try project.executed().isEmpty)
    try project.edit("64 MiB", to: "96 MiB")
    #expect(try project.executed().isEmpty)
    // The path of a location is not part of the key; its content is.
    try project.move("images", to: "pictures")
    try project.edit(#""root": "images""#, to: #""root": "\#(project.path("pictures"))""#)
    #expect(try project.executed().isEmpty)
  }

  @Test func missingObjectIsRecomputed() throws {
    let project = try projectThatRan()
    let before = try project.digests()
    try FileManager.default.removeItem(
      atPath: project.object(of: "pixels.npy", in: "cells", port: "images"))
    let plan = try project.plan()
    #expect(plan["cells"]?.state == "run")
    #expect(plan["cells"]?.reason.hasPrefix("pixels.npy of 'images' is missing") == true)
    #expect(try project.why("cells").contains("pixels.npy of 'images' is missing"))
    #expect(try project.executed() == ["cells"])
    #expect(try project.digests() == before)
  }
}
