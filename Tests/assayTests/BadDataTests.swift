import Imaging
import PipelineDSL
import Store
import TestSupport
import Testing

/// Invalid files are listed by name and reason, and the run continues.
@Suite struct BadDataTests {
  private static let pipeline = """
    {
      "assay": 1,
      "name": "bad-data",
      "stages": {
        "source": { "uses": "ingest/image-folder", "with": { "root": "images" } },
        "labels": {
          "uses": "harmonise-labels", "needs": "source",
          "with": {
            "scheme": "custom", "mapping": { "red": "red", "green": "green", "violet": "violet" }
          }
        },
        "cells": {
          "uses": "crop-normalise", "needs": "labels", "with": { "size": 12, "mask": "none" }
        }
      }
    }
    """

  @Test func unreadableImagesAreListedAndCounted() throws {
    let project = try Project(Self.pipeline)
    try TinyImages.write(to: project, perClass: 3)
    let good = TinyImages.image(of: 0, number: 50, size: 24)
    let jpeg = try JPEGCodec.encode(good)
    try project.write(Array(jpeg[..<(jpeg.count / 2)]), to: "images/red/truncated.jpg")
    try project.write([UInt8](), to: "images/red/empty.png")
    var bitmap = try BMPCodec.encode(good)
    // The width is at byte 18.
    bitmap.replaceSubrange(18..<22, with: [0x00, 0x10, 0x00, 0x00])
    try project.write(bitmap, to: "images/green/lying.bmp")
    try project.write("this is no picture\n", to: "images/green/text.jpg")
    let ending = try project.run()
    #expect(ending.exit == 0, "\(ending.text)")
    let rejected = try CSVTable(
      parsing: Array(try project.text(of: "rejected.csv", in: "source", port: "rejected").utf8))
    let reasons = Dictionary(
      uniqueKeysWithValues: rejected.rows.map { ($0[0], $0[1]) })
    #expect(reasons.count == 4)
    #expect(reasons["red/truncated.jpg"]?.contains("JPEG") == true, "\(reasons)")
    #expect(reasons["red/empty.png"]?.contains("empty") == true, "\(reasons)")
    #expect(
      reasons["green/lying.bmp"]?.contains(
        "header declares 4096 x 24 pixels, more than its 1782 bytes") == true, "\(reasons)")
    #expect(
      reasons["green/text.jpg"]?.contains("not a BMP, JPEG, PNG or TIFF") == true, "\(reasons)")
    for reason in reasons.values {
      #expect(ending.output.contains("1 left out: \(reason)"), "\(ending.output)")
    }
    let metrics = try metrics(of: "source", in: project)
    #expect(metrics["rejected"] == 4)
    #expect(metrics["samples"] == 9)
    #expect(try self.metrics(of: "cells", in: project)["images"] == 9)
  }

  @Test func invalidArrayFailsOnlyItsStage() throws {
    let project = try Project(Self.pipeline)
    try project.edit(
      #""source": {"#,
      to: #""mnist": { "uses": "ingest/bloodmnist", "with": { "root": "mnist" } }, "source": {"#)
    try TinyImages.write(to: project, perClass: 3)
    try writeArchive(wrong: true, to: project)
    let ending = try project.run()
    #expect(ending.exit == 1)
    #expect(
      ending.output.contains(
        "bloodmnist.npz: expected train_images as uint8 of N x H x W x 3, "
          + "found float32 of [2, 28, 28, 3]"), "\(ending.output)")
    #expect(
      try project.statuses() == [
        "mnist": .failed, "source": .executed, "labels": .executed, "cells": .executed,
      ])
    // The other results are kept.
    try writeArchive(wrong: false, to: project)
    #expect(try project.executed() == ["mnist"])
  }

  @Test func folderWithoutValidImagesFailsWithAReason() throws {
    let project = try Project(Self.pipeline)
    try project.write("one", to: "images/red/1.png")
    try project.write("two", to: "images/red/2.png")
    let ending = try project.run()
    #expect(ending.exit == 1)
    #expect(ending.output.contains("no sample below the root; the first of 2 files: red/1.png"))
    #expect(try project.statuses()["cells"] == .skipped)
  }

  private func metrics(of cell: String, in project: Project) throws -> [String: Double] {
    let records = try project.records()
    let row = try #require(try project.rows().first { $0.cell == cell })
    let metrics = try records.metrics(run: row.run).filter { $0.stageRun == row.id }
    return Dictionary(metrics.map { ($0.metric.name, $0.metric.value) }) { _, last in last }
  }

  private func writeArchive(wrong: Bool, to project: Project) throws {
    let size = 2 * 28 * 28 * 3
    var members: [(String, NPYArray)] = []
    for (index, part) in ["train", "val", "test"].enumerated() {
      let shape = [2, 28, 28, 3]
      let images =
        wrong
        ? NPYArray(float32: [Float](repeating: 0.5, count: size), shape: shape)
        : NPYArray(uint8: [UInt8](repeating: UInt8(index), count: size), shape: shape)
      members.append(("\(part)_images", images))
      members.append(("\(part)_labels", NPYArray(uint8: [0, 1], shape: [2, 1])))
    }
    try project.write(
      NPZArchive.encode(members, deflated: true), to: "mnist/bloodmnist.npz")
  }
}
