import Foundation
import Imaging
import PipelineDSL
import Testing

@testable import Stages

@Suite struct ShortcutFindingsTests {
  private func kinds(_ outcome: StageOutcome) throws -> Set<String> {
    Set(try outcome.findings().keys)
  }

  @Test("a tint by class is a stain shortcut")
  func findsTints() throws {
    let data = try PlantedData(100, seed: 3).changed { image in
      var tinted = image
      for at in stride(from: 0, to: image.pixels.count, by: 3) {
        tinted.pixels[at] = UInt8(Double(image.pixels[at]) * 0.92)
        tinted.pixels[at + 2] = UInt8(min(255, Double(image.pixels[at + 2]) * 1.05))
      }
      return tinted
    }
    let outcome = try data.inspected()
    #expect(try kinds(outcome).contains("stain-shortcut"))
    let found = try #require(try outcome.findings()["stain-shortcut"]?.first)
    #expect(found["remedy"] == "crop-normalise: stain: macenko")
    let low = try #require(Double(found["low"] ?? ""))
    #expect(low > 0.55)
  }

  @Test("a mark in a corner by class is a border shortcut")
  func findsMarks() throws {
    let data = try PlantedData(100, seed: 3).changed { image in
      var marked = image
      for y in 0..<6 {
        for x in 0..<6 { for channel in 0..<3 { marked[x, y, channel] = 40 } }
      }
      return marked
    }
    #expect(try kinds(data.inspected()) == ["border-shortcut"])
  }

  @Test("another compression by class is a shortcut of JPEG tables")
  func findsCompressions() throws {
    let outcome = try PlantedData(100, seed: 3).changed(quality: 80) { $0 }.inspected()
    let found = try #require(try outcome.findings()["jpeg-shortcut"]?.first)
    // Two of five classes: one against the others says more than all of them at once.
    #expect(found["detail"]?.contains("from the other classes") == true)
  }

  @Test("another size by class is a size shortcut")
  func findsSizes() throws {
    let data = try PlantedData(100, seed: 3).changed {
      $0.resized(width: $0.width * 3 / 4, height: $0.height * 3 / 4)
    }
    #expect(try kinds(data.inspected()).contains("size-shortcut"))
  }

  @Test("longer files by class are a size shortcut")
  func findsFileSizes() throws {
    var data = try PlantedData(100, seed: 3).changed { $0 }
    for index in data.files.indices where ["ALL", "H"].contains(data.files[index].label) {
      let length = data.files[index].bytes.count
      data.files[index].bytes += [UInt8](repeating: 7, count: length)
    }
    #expect(try kinds(data.inspected()) == ["size-shortcut"])
  }

  @Test("the remedies remove the findings in crops")
  func backgroundCanBeRemoved() throws {
    let data = try PlantedData(100, seed: 3).changed { image in
      var tinted = image
      for at in stride(from: 0, to: image.pixels.count, by: 3) {
        tinted.pixels[at] = UInt8(Double(image.pixels[at]) * 0.92)
      }
      return tinted
    }
    #expect(try kinds(data.inspected()).contains("stain-shortcut"))
    let harness = try StageHarness()
    let target = try harness.write(
      [("target.png", try PNGCodec.encode(data.files[30].image()))], under: "stain")
    let outcome = try data.inspected(
      crop: ["stain": "macenko"], cropLocations: ["stain-target": target + "/target.png"])
    withExtendedLifetime(harness) {}
    #expect(try !kinds(outcome).contains("stain-shortcut"))
  }
}
