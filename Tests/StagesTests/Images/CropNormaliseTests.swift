import Foundation
import Imaging
import PipelineDSL
import Testing

@testable import Stages

@Suite struct CropNormaliseTests {
  func ingested(
    _ harness: StageHarness, _ files: [(path: String, bytes: [UInt8])]
  ) throws -> InputArtifact {
    let root = try harness.write(files, under: "data")
    return try harness.run("ingest/image-folder", locations: ["root": root])["samples"]
  }

  func cells(_ count: Int = 5) throws -> [(path: String, bytes: [UInt8])] {
    try (0..<count).map { index in
      let image = Pictures.disc(
        width: 40, height: 30, x: 14 + index % 3, y: 12, radius: 6,
        colour: [UInt8(100 + index % 100), 20, 150])
      return ("\(index % 2 == 0 ? "a" : "b")/\(index).bmp", try BMPCodec.encode(image))
    }
  }

  @Test func packsImagesInSampleOrder() throws {
    let harness = try StageHarness()
    let outcome = try harness.run(
      "crop-normalise", ["size": 16, "denoise": "none"],
      inputs: ["samples": [try ingested(harness, try cells())]])
    let images = try ImageSet(outcome["images"])
    #expect((images.width, images.height) == (16, 16))
    #expect(images.samples.count == 5)
    #expect(images.samples.map(\.id) == images.samples.map(\.id).sorted())
    for (index, sample) in images.samples.enumerated() {
      // The disc is 13 pixels wide; a margin of 10 % adds one pixel on each side.
      let crop = images.crop(index)
      #expect((crop.originalWidth, crop.originalHeight) == (40, 30))
      #expect((crop.box.width, crop.box.height, crop.box.y) == (15, 15, 5))
      #expect((7...9).contains(crop.box.x))
      #expect(images.index(of: sample.id) == index)
      let image = try images.image(index)
      #expect(image[8, 8, 1] == 20)
      #expect(image[0, 0, 1] > 200)
    }
    #expect(images.index(of: "0") == nil)
    #expect(outcome.metrics["images"] == 5)
    #expect(outcome.metrics["without-cell"] == 0)
  }

  /// An image with cells of radius 6 at the given places.
  private func field(_ places: [(x: Int, y: Int)], tone: UInt8 = 120) throws -> [UInt8] {
    var image = Image(width: 120, height: 60, filledWith: 230)
    for (x, y) in places {
      let disc = Pictures.disc(
        width: 17, height: 17, x: 8, y: 8, radius: 6, colour: [tone, 40, 160])
      for row in 0..<17 {
        for column in 0..<17 where disc[column, row, 1] == 40 {
          for channel in 0..<3 {
            image[x - 8 + column, y - 8 + row, channel] = disc[column, row, channel]
          }
        }
      }
    }
    return try BMPCodec.encode(image)
  }

  private func fields() throws -> [(path: String, bytes: [UInt8])] {
    try (0..<6).map { index in
      let places = [(20, 20), (60, 40), (95, 20)].prefix(1 + index % 3)
      let tone = UInt8(100 + index)
      return ("\(index % 2 == 0 ? "a" : "b")/\(index).bmp", try field(Array(places), tone: tone))
    } + [("a/none.bmp", try field([]))]
  }

  @Test(arguments: [1, 3])
  func everyCellOfAFieldIsASample(threads: Int) throws {
    let harness = try StageHarness()
    let samples = try ingested(harness, try fields())
    let outcome = try harness.run(
      "crop-normalise", ["size": 16, "cells": "all", "denoise": "none"],
      inputs: ["samples": [samples]], threads: threads)
    let images = try ImageSet(outcome["images"])
    // Twice one, two and three cells, and one image without any.
    #expect(images.samples.count == 13)
    let ids = try SampleTable(samples).samples.map(\.id)
    #expect(Set(images.samples.map { Sample.imageID($0.id) }) == Set(ids))
    let cells = images.samples.filter { $0.id.contains("#") }
    #expect(cells.count == 12 && cells.allSatisfy { $0.group == Sample.imageID($0.id) })
    #expect(Set(cells.map { String($0.id.suffix(4)) }) == ["#001", "#002", "#003"])
    let whole = try outcome["images"].rows("crops.csv", ["id", CropTransform.wholeColumn])
    #expect(whole.filter { $0[1] == "1" }.map { $0[0] } == [Digest.of(try field([])).hex])
    for index in images.samples.indices where images.samples[index].id.contains("#") {
      #expect(try images.image(index)[8, 8, 1] == 40, "each crop has a cell in its middle")
    }
    #expect(outcome.metrics["images"] == 13 && outcome.metrics["without-cell"] == 1)
    #expect(outcome.events.warnings.contains { $0.contains("no cell found in 1 of 7 images") })
    let again = try harness.run(
      "crop-normalise", ["size": 16, "cells": "all", "denoise": "none"],
      inputs: ["samples": [samples]])
    #expect(again.digests == outcome.digests)
  }

  /// A split keeps the cells of a field together, and its patient's cells too.
  @Test func cellsOfAFieldStayInOnePart() throws {
    let harness = try StageHarness()
    let samples = try ingested(harness, try fields())
    let images = try harness.run(
      "crop-normalise", ["size": 16, "cells": "all", "window": 20], inputs: ["samples": [samples]])
    let set = try ImageSet(images["images"])
    #expect(set.samples.indices.allSatisfy { set.crop($0).box.width == 20 })
    let split = try harness.run(
      "split", ["fractions": [0.5, 0.25, 0.25], "stratify": "none"],
      inputs: ["images": [images["images"]]])
    let parts = try SplitTable(split["split"]).parts
    let byImage = Dictionary(grouping: parts) { Sample.imageID($0.key) }
    #expect(parts.count == 13 && byImage.count == 7)
    #expect(byImage.values.allSatisfy { Set($0.map(\.value)).count == 1 })
    let patient = Sample(
      id: "a:train/1", source: "s", nativeLabel: "x", label: "x", group: "patient")
    #expect(patient.cell(12).id == "a:train/1#012" && patient.cell(12).group == "patient")
  }

  @Test func everyMaskSurvivesEveryWayToCut() throws {
    let field = try ImageCodec.decode(try field([(20, 20), (60, 40), (95, 20)]))
    for mask in ["nucleus", "saturation", "grey", "hsv"] {
      for cells in ["one", "all"] {
        for (name, value) in [("window", 24), ("square", false), ("clear-border", true)]
          as [(String, JSONValue)]
        {
          var settings: JSONObject = ["size": 8, "mask": .string(mask), "cells": .string(cells)]
          settings[name] = value
          let results = try preparation(settings).crops(of: field)
          #expect(results.count == (cells == "all" ? 3 : 1), "\(mask) \(cells) \(name)")
          #expect(results.allSatisfy { $0.foundCell })
        }
      }
    }
  }

  @Test func undecodableImagesAreRejected() throws {
    let harness = try StageHarness()
    let files = try cells(3)
    let broken = Array("no image".utf8)
    _ = try ingested(harness, files + [("a/whole.bmp", try Pictures.bmp(9)), ("a/x.bmp", broken)])
    let ids = (files.map(\.bytes) + [broken]).map { Digest.of($0).hex }
    let rows = ids.sorted().map { [$0, "s", "a", "a", ""] }
    let samples = try harness.artifact(
      "samples", [("samples.csv", CSVTable(columns: SamplesFormat.columns, rows: rows).bytes)])
    let outcome = try harness.run(
      "crop-normalise", ["size": 8], inputs: ["samples": [samples]])
    #expect(try ImageSet(outcome["images"]).samples.map(\.id) == ids.dropLast().sorted())
    let rejected = try outcome.table("rejected", "rejected.csv").rows
    #expect(rejected.map { $0[0] } == [ids[3]])
    #expect(outcome.metrics["rejected"] == 1)
    #expect(outcome.events.warnings.count == 1)
  }

  @Test func readsArchiveMembers() throws {
    let harness = try StageHarness()
    let root = try harness.write(
      [("bloodmnist.npz", try IngestBloodMNISTTests.archive())], under: "data")
    let ingest = try harness.run("ingest/bloodmnist", locations: ["root": root])
    let outcome = try harness.run(
      "crop-normalise", ["size": 8, "mask": "none", "denoise": "none"],
      inputs: ["samples": [ingest["samples"]]])
    let images = try ImageSet(outcome["images"])
    #expect(images.samples.count == 6)
    // The second validation image starts at value 48 of its member.
    let pixels = (0..<48).map { UInt8((($0 + 48) * 7 + 2) % 251) }
    let expected = Image(width: 4, height: 4, pixels: pixels).resized(width: 8, height: 8)
    #expect(images.samples[5].id.hasSuffix(":val/1"))
    #expect(try images.image(5) == expected)
  }

  @Test func refusesSeveralLabelsForOneSample() throws {
    let harness = try StageHarness()
    let bytes = try Pictures.bmp(1)
    let samples = try ingested(harness, [("a/1.bmp", bytes), ("b/1.bmp", bytes)])
    let failure = #expect(throws: StageError.self) {
      try harness.run("crop-normalise", inputs: ["samples": [samples]])
    }
    #expect(failure?.hint?.contains("harmonise-labels") == true)
  }

  @Test func refusesInvalidIDs() throws {
    let harness = try StageHarness()
    for (id, reason) in [
      ("cell-1", "not a sample id"), (String(repeating: "a", count: 64), "no location"),
      (String(repeating: "a", count: 64) + ":train", "does not name a member"),
    ] {
      let table = CSVTable(columns: SamplesFormat.columns, rows: [[id, "s", "a", "a", ""]])
      let samples = try harness.artifact("samples", [("samples.csv", table.bytes)])
      let failure = #expect(throws: StageError.self) {
        try harness.run("crop-normalise", inputs: ["samples": [samples]])
      }
      #expect(failure?.reason.contains(reason) == true)
    }
  }

  @Test func bytesArePinnedForAnyNumberOfThreads() throws {
    let harness = try StageHarness()
    let samples = try ingested(harness, try cells(70))
    for threads in [1, 3] {
      let outcome = try harness.run(
        "crop-normalise", ["size": 12], inputs: ["samples": [samples]], threads: threads)
      #expect(
        outcome.digests == [
          "images": "1bd4cca657db", "rejected": "761c5fb15d92", "sheet": "19f195788005",
        ])
    }
    #expect(CropNormalise.revision == 3)
  }

  private static let settings: [JSONObject] = [
    ["trim": 40], ["outliers": 30], ["denoise": "gaussian"], ["denoise": "bilateral"],
    ["mask": "hsv", "hue-range": [270, 300]], ["mask": "grey"], ["clear-border": true],
    ["margin": 0.3], ["square": false], ["window": 40], ["mask": "saturation"],
    ["resize": "lanczos"], ["resize": "area"],
    ["stain": "macenko", "stain-target": "target.png"], ["contrast": "stretch"],
    ["contrast": "clahe", "tiles": 2], ["contrast": "clahe-lightness", "tiles": 2],
    ["background": "black"], ["background": "white"],
  ]

  /// Every parameter of the preparation changes the pixels, and a JSON round trip reproduces them.
  @Test(arguments: settings)
  func everyParameterChangesPixelsAndSurvivesJSON(with: JSONObject) throws {
    // A cell, a larger one cut off by the border, dust, and a dark margin.
    var image = Pictures.disc(
      width: 80, height: 60, x: 30, y: 30, radius: 10, colour: [100, 20, 150])
    for y in 0..<60 {
      for x in 0..<80 {
        for channel in 0..<3 {
          let wave = UInt8((x * 7 + y * 13 + channel * 5) % 23)
          image[x, y, channel] = min(255, image[x, y, channel] &+ wave / 2)
          if x >= 58, y < 40 { image[x, y, channel] = [90, 30, 120][channel] + wave }
          if x < 6 { image[x, y, channel] = 4 }
        }
      }
    }
    for channel in 0..<3 { image[30, 30, channel] = 255 }
    var settings: JSONObject = ["size": 32, "denoise": "none"]
    if with["trim"] != nil || with["mask"] != nil { settings["mask"] = "none" }
    let plain = try preparation(settings).apply(image)
    for member in with.members { settings[member.name] = member.value }
    let preparation = try preparation(settings)
    let result = preparation.apply(image)
    #expect((result.image.width, result.image.height, result.image.channels) == (32, 32, 3))
    let again = try Preparation(
      JSONParser.parse(Array(JSONPrettyForm.text(of: preparation.json).utf8)))
    // Compared as Booleans, so that a failure does not print the pixels.
    let (changes, repeats) = (result.image != plain.image, again.apply(image).image == result.image)
    #expect(changes && repeats)
    #expect(again.json == preparation.json)
  }

  private static let target = MacenkoStains(
    densities: [[0.5626, 0.7201, 0.4062], [0.2159, 0.8012, 0.5581]], strongest: [1.9705, 1.0308])

  private func preparation(_ settings: JSONObject) throws -> Preparation {
    let parameters = try CropNormalise.Parameters.read(settings).get()
    return Preparation(
      parameters: parameters,
      stainTarget: parameters.stain == .macenko ? .macenko(Self.target) : nil)
  }

  @Test func transformIncludesTrimmedMargins() throws {
    var image = Image(width: 50, height: 40)
    let cell = Pictures.disc(
      width: 30, height: 20, x: 15, y: 10, radius: 5, colour: [100, 20, 150])
    for y in 0..<20 {
      for x in 0..<30 {
        for channel in 0..<3 { image[x + 12, y + 11, channel] = cell[x, y, channel] }
      }
    }
    let result = try preparation(["denoise": "none", "trim": 8, "margin": 0, "size": 11])
      .apply(image)
    #expect(result.transform.box == Rectangle(x: 22, y: 16, width: 11, height: 11))
    #expect((result.transform.originalWidth, result.transform.originalHeight) == (50, 40))
  }

  @Test func takesStainColoursFromATarget() throws {
    let harness = try StageHarness()
    let samples = try ingested(harness, try cells())
    // A red nucleus in pale blue, on white: two stains.
    var target = Image(width: 40, height: 30, filledWith: 240)
    for y in 0..<30 {
      for x in 0..<40 {
        let distance = (x - 20) * (x - 20) + (y - 15) * (y - 15)
        let colour =
          distance < 40 ? [180, 60, 90] : distance < 120 ? [150, 170, 210] : [240, 240, 240]
        for channel in 0..<3 { target[x, y, channel] = UInt8(colour[channel] - (x + y) % 3) }
      }
    }
    let file = try harness.write([("target.png", try PNGCodec.encode(target))], under: "look")
    for stain in ["reinhard", "macenko"] {
      let outcome = try harness.run(
        "crop-normalise", ["size": 16, "stain": .string(stain)],
        inputs: ["samples": [samples]], locations: ["stain-target": file + "/target.png"])
      let images = try ImageSet(outcome["images"])
      #expect(images.preparation?.stainTarget != nil)
      #expect(outcome.metrics["without-stain"] == 0)
      #expect(try images.image(0)[8, 8, 0] > 125, "\(stain): red instead of violet")
    }
  }

  @Test func refusesUnusableStainTargets() throws {
    let harness = try StageHarness()
    let samples = try ingested(harness, try cells())
    let white = try PNGCodec.encode(Image(width: 9, height: 9, filledWith: 255))
    let root = try harness.write([("white.png", white), ("x.png", [1, 2])], under: "look")
    for (place, reason) in [
      ("/white.png", "contains no stain"), ("/x.png", "cannot be decoded"), ("", "names a folder"),
    ] {
      let failure = #expect(throws: StageError.self) {
        try harness.run(
          "crop-normalise", ["stain": "macenko"], inputs: ["samples": [samples]],
          locations: ["stain-target": root + place])
      }
      #expect(failure?.reason.contains(reason) == true)
    }
  }

  private static let conflicting: [(JSONObject, String)] = [
    (["hue-range": [1]], "two numbers, not 1"),
    (["value-range": [0.9, 0.1]], "ends before it begins"),
    (["stain": "reinhard"], "needs 'stain-target'"),
    (["stain": "macenko"], "'stain' macenko needs 'stain-target'"),
    (["stain-target": "a.png"], "'stain' is 'none'"),
    (["window": 64, "square": false], "'window' is a square"),
    (["cells": "all", "mask": "none"], "'mask' none finds no cells"),
  ]

  @Test(arguments: conflicting)
  func conflictingParametersAreReported(with: JSONObject, sentence: String) {
    let problems = #expect(throws: ParameterErrors.self) {
      try CropNormalise.Parameters.read(with).get()
    }
    #expect(problems?.list.contains { $0.sentence.contains(sentence) } == true)
  }

  @Test func sheetShowsEachLabelAndIsOptional() throws {
    let harness = try StageHarness()
    let samples = try ingested(harness, try cells(9))
    let outcome = try harness.run(
      "crop-normalise", ["size": 16, "sheet": 4], inputs: ["samples": [samples]])
    let sheet = try PNGCodec.decode(try outcome["sheet"].bytes("sheet.png"))
    // Four pairs of 112-pixel images with gaps, in one row.
    #expect((sheet.width, sheet.height) == (4 * 227 + 5 * 4, 114 + 2 * 4))
    let without = try harness.run(
      "crop-normalise", ["size": 16, "sheet": 0], inputs: ["samples": [samples]])
    #expect(without.artifacts["sheet"] == nil)
    #expect(without["images"].digest == outcome["images"].digest, "the sheet is no part of them")
    let table = try SampleTable(samples).samples
    let shown = CropSheet(table, count: 5).shown
    #expect(Set(table.filter { shown.contains($0.id) }.map(\.label)) == ["a", "b"])
    #expect(shown.count == 5 && CropSheet(table, count: 100).shown.count == 9)
  }

  @Test(.enabled(if: sharedData != nil, "../shared/data does not exist"))
  func cropsRealCells() throws {
    let data = try #require(sharedData)
    let harness = try StageHarness()
    let ingest = try harness.run("ingest/c-nmc", locations: ["root": data + "/C-NMC_Leukemia"])
    let outcome = try harness.run(
      "crop-normalise", ["size": 64], inputs: ["samples": [ingest["samples"]]])
    let images = try ImageSet(outcome["images"])
    #expect(images.samples.count == 10)
    #expect(outcome.metrics["without-cell"] == 0)
    for index in images.samples.indices {
      let box = images.crop(index).box
      // These cells are in the middle of 450 x 450 black pixels.
      #expect(box.x > 20 && box.y > 20 && box.x + box.width < 430 && box.width > 200)
    }
  }
}
