import Foundation
import PipelineDSL
import Store
import TestSupport
import Testing

/// A project whose training lasts long enough to be interrupted.
///
/// It also has an independent cell, `aside`, that ends once the file `go` exists.
enum TrainingProject {
  /// The number of epochs: some seconds of training, with a checkpoint after each epoch.
  static let epochs = 30

  private static let pipeline = """
    {
      "assay": 1,
      "name": "training",
      "parameters": { "seed": 5, "epochs": \(epochs) },
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
        "scores": { "uses": "evaluate", "needs": ["model", "cells", "split"] },
        "aside": {
          "uses": "command", "needs": { "split": "split" },
          "with": {
            "argv": [
              "/bin/sh", "-c",
              "while [ ! -e go ]; do sleep 0.02; done; cp {inputs.split}/split.csv {outputs.files}"
            ]
          }
        }
      }
    }
    """

  static func make(results: String = "results") throws -> Project {
    let project = try Project(pipeline, results: results)
    try TinyImages.write(to: project, perClass: 15)
    return project
  }

  /// The digests of all artifacts of an uninterrupted run; computed once.
  static func undisturbed() throws -> [String: String] { try reference.get() }

  private static let reference = Result {
    let project = try make()
    try project.write("", to: "go")
    let ending = try project.run("--jobs", "2")
    try #require(ending.exit == 0, "\(ending.text)")
    return try project.digests()
  }

  /// Waits until training has published a checkpoint, and returns the worker that trains.
  static func waitForTraining(_ run: SpawnedProgram, in project: Project) throws -> pid_t {
    let states = project.path(project.results + "/store/state")
    let published = eventually {
      let files = FileManager.default.enumerator(atPath: states)?.compactMap { $0 as? String }
      return files?.contains { $0.hasSuffix("/training") } == true
    }
    try #require(published, "no checkpoint appeared: \(run.output)")
    let worker = ProcessTable.children(of: run.process).first {
      ProcessTable.file(2, of: $0)?.contains("-model/log") == true
    }
    return try #require(worker, "training was over too soon")
  }

  /// Checks that interrupted training resumes and produces the bytes of an uninterrupted one.
  static func expectResumption(_ project: Project) throws {
    try project.write("", to: "go")
    let ending = try project.run("--jobs", "2")
    #expect(ending.exit == 0, "\(ending.text)")
    #expect(try project.statuses()["model"] == .executed)
    #expect(try project.log(of: "model").contains("resumes after epoch"))
    let digests = try project.digests()
    #expect(digests["model.model"] != nil)
    #expect(try digests == undisturbed())
  }
}
