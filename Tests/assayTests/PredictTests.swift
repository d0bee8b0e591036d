import Foundation
import Imaging
import PipelineDSL
import Store
import TestSupport
import Testing

/// `assay predict`, compared with a run's own `evaluate` on the same images.
@Suite struct PredictTests {
  /// A project with a trained model, created once.
  private static let trained = Result {
    let project = try Project(
      """
      {
        "assay": 1,
        "name": "small",
        "stages": {
          "source": { "uses": "ingest/image-folder", "with": { "root": "images" } },
          "cells": {
            "uses": "crop-normalise", "needs": "source",
            "with": { "size": 16, "contrast": "stretch", "margin": 0.1 }
          },
          "split": { "uses": "split", "needs": "cells" },
          "model": {
            "uses": "fine-tune", "needs": ["cells", "split"], "with": { "epochs": 2, "batch": 16 }
          },
          "scores": { "uses": "evaluate", "needs": ["model", "cells", "split"] }
        }
      }
      """)
    try TinyImages.write(to: project, perClass: 12, size: 24)
    try project.executed()
    // Statics are not released at the end.
    atexit { try? FileManager.default.removeItem(atPath: PredictTests.trainedFolder) }
    return project
  }

  private static var trainedFolder: String { (try? trained.get().folder) ?? "" }

  private let project: Project

  init() throws { project = try Self.trained.get() }

  private func table(_ text: String) throws -> [String: [String]] {
    let table = try CSVTable(parsing: Array(text.utf8))
    return Dictionary(uniqueKeysWithValues: table.rows.map { ($0[0], Array($0.dropFirst())) })
  }

  /// The rows of `evaluate`, by id: predicted class, and probabilities or logits.
  private func evaluated(_ prefix: String = "p_") throws -> [String: [String]] {
    let folder = "checked-" + UUID().uuidString
    let ending = try project.assay("checkout", "latest", "scores.predictions", folder)
    try #require(ending.exit == 0, "\(ending.text)")
    let table = try CSVTable(parsing: Array(project.read(folder + "/predictions.csv").utf8))
    let columns = table.columns.indices.filter {
      table.columns[$0] == "predicted" || table.columns[$0].hasPrefix(prefix)
    }
    return Dictionary(
      uniqueKeysWithValues: table.rows.map { row in (row[0], columns.map { row[$0] }) })
  }

  @Test func matchesEvaluateOnOriginals() throws {
    let ending = try project.assay("predict", "--cell", "model", "images")
    #expect(ending.exit == 0, "\(ending.text)")
    let rows = try table(ending.output)
    #expect(rows.count == 36)
    let evaluated = try evaluated()
    for (path, row) in rows {
      let id = try Digest.of([UInt8](Data(contentsOf: URL(fileURLWithPath: project.path(path)))))
        .hex
      #expect(evaluated[id] == row, "\(path)")
    }
  }

  @Test(arguments: [[], ["--logits"]]) func matchesEvaluateOnCrops(options: [String]) throws {
    let folder = options.joined() + "-"
    let (crops, exported) = ("crops" + folder, "exported" + folder)
    _ = try project.assay("checkout", "latest", "cells.images", crops)
    _ = try project.assay("checkout", "latest", "model", exported)
    let ending = try SpawnedProgram(
      ["predict", "--model", exported, crops + "/pixels.npy", "--cpus", "1"] + options,
      in: project.folder
    ).wait()
    #expect(ending.exit == 0, "\(ending.text)")
    let rows = try table(ending.output)
    let ids = try CSVTable(parsing: Array(project.read(crops + "/samples.csv").utf8)).rows.map {
      $0[0]
    }
    let evaluated = try evaluated(options.isEmpty ? "p_" : "logit_")
    for (index, id) in ids.enumerated() {
      #expect(rows["\(crops)/pixels.npy:\(index)"] == evaluated[id])
    }
  }

  @Test func damagedWeightsAreRefused() throws {
    let store = "damaged-" + UUID().uuidString
    try FileManager.default.copyItem(
      atPath: project.path("results/store"), toPath: project.path(store))
    let object = try project.object(of: "model.safetensors", in: "model", port: "model")
      .replacingOccurrences(of: "results/store", with: store)
    var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: object)))
    bytes[bytes.count - 1] ^= 1
    try FileManager.default.removeItem(atPath: object)
    try Data(bytes).write(to: URL(fileURLWithPath: object))
    let ending = try project.assay("predict", "--store", store, "--cell", "model", "images")
    #expect(ending.exit == 6, "\(ending.text)")
    #expect(ending.errors.contains("the content does not match its digest"), "\(ending.text)")
  }

  @Test func writesArraysOfLogits() throws {
    let ending = try project.assay(
      "predict", "--cell", "model", "images/red", "--logits", "-o", "out.npy")
    #expect(ending.exit == 0, "\(ending.text)")
    #expect(ending.output.hasPrefix("out.npy: 12 images, cropped as the model's images were: "))
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: project.path("out.npy"))))
    let array = try NPYArray(parsing: bytes)
    #expect(array.shape == [12, 3])
    let csv = try project.assay("predict", "--cell", "model", "images/red", "--logits")
    let first = try CSVTable(parsing: Array(csv.output.utf8))
    #expect(first.columns == ["image", "predicted", "logit_green", "logit_red", "logit_violet"])
    #expect(first.rows[0].dropFirst(2).compactMap { Float($0) } == Array(array.floats.prefix(3)))
  }

  @Test func writesGradCAMImages() throws {
    let ending = try project.assay(
      "predict", "--cell", "model", "images/red/0.png", "images/green/0.png", "--grad-cam", "cams",
      "--class", "violet", "-o", "cams.csv")
    #expect(ending.exit == 0, "\(ending.text)")
    for name in ["0", "0-2"] {
      let bytes = [UInt8](
        try Data(contentsOf: URL(fileURLWithPath: project.path("cams/\(name).png"))))
      let image = try PNGCodec.decode(bytes)
      #expect((image.width, image.height) == (16, 16))
    }
  }

  @Test func badImagesAreReportedAndOthersPredicted() throws {
    try project.write("no image", to: "mixed/bad.png")
    try project.write("words", to: "mixed/notes.txt")
    try TinyImages.write(kind: 0, number: 90, to: project, at: "mixed/good.png")
    let ending = try project.assay("predict", "--cell", "model", "mixed", "--json")
    #expect(ending.exit == 1)
    let facts = try JSONParser.parse(Array(ending.output.utf8))
    #expect(facts["images"] == 1 && facts["passed-over"] == 1)
    #expect(facts["problems"]?.elements?.first?["image"] == "mixed/bad.png")
    // Rows of an array have no names, so none may be missing.
    let array = try project.assay("predict", "--cell", "model", "mixed", "-o", "mixed.npy")
    #expect(array.exit == 1 && array.errors.contains("mixed/bad.png"))
    #expect(!project.exists("mixed.npy"))
  }

  @Test(arguments: [
    (["images"], "predict needs a model"),
    (["--cell", "model", "--model", "x", "images"], "one of --cell and --model"),
    (["--cell", "modle", "images"], "did you mean"),
    (["--cell", "cells", "images"], "has no model"),
    (["--cell", "model"], "needs images"),
    (["--model", "images", "images"], "no such file: model.json"),
    (["--network", "mobilenet-v2", "images"], "--network requires --weights FILE"),
    (["--cell", "model", "--as", "crop", "images"], "--as is originals or crops"),
    (["--cell", "model", "--class", "red", "images"], "--class requires --grad-cam"),
    (["--cell", "model", "--grad-cam", "g", "--class", "rot", "images"], "no class 'rot'"),
  ])
  func invalidArgumentsAreUsageErrors(words: [String], problem: String) throws {
    let ending = try SpawnedProgram(["predict"] + words, in: project.folder).wait()
    #expect(ending.exit == 2, "\(ending.text)")
    #expect(ending.errors.contains(problem), "\(ending.text)")
  }

  @Test func missingInputsAreReported() throws {
    for (input, problem) in [("nowhere", "nowhere: no such file"), ("results", "no image among")] {
      let ending = try project.assay("predict", "--cell", "model", input)
      #expect(ending.exit == 1 && ending.errors.contains(problem), "\(ending.text)")
    }
    let other = try project.assay("predict", "--cell", "model", "images", "-o", "out.txt")
    #expect(other.exit == 1 && other.errors.contains("'txt' is not a predictions format"))
    #expect(!project.exists("out.txt"))
  }
}
