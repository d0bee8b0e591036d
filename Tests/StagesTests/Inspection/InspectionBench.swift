import Foundation
import Imaging
import PipelineDSL
import Testing

@testable import Stages

@Suite struct InspectionBench {
  /// Prints the time and the memory that 66,550 crops of 64 pixels take on two threads.
  @Test(.enabled(if: ProcessInfo.processInfo.environment["ASSAY_BENCH"] != nil, "a measurement"))
  func time() throws {
    let harness = try StageHarness()
    let seeds = try PlantedData(200, seed: 9).files.map {
      try $0.image().resized(width: 64, height: 64)
    }
    let count = 66_550
    var writer = try NPYWriter(
      path: try harness.write([("x", [])], under: "images") + "/pixels.npy", kind: .uint8,
      rowShape: [64, 64, 3], atMost: count)
    let ids = (0..<count).map { Digest.of("bench \($0)").hex }.sorted()
    for index in 0..<count {
      var image = seeds[index % seeds.count]
      // Shifted by row, so that the hashes differ.
      var state = UInt32(index)
      for at in image.pixels.indices {
        state = state &* 1_664_525 &+ 1_013_904_223
        image.pixels[at] = UInt8(clamping: Int(image.pixels[at]) + Int(state >> 27) - 16)
      }
      try writer.append(image.pixels)
    }
    try writer.finish()
    let rows = ids.enumerated().map { index, id in [id, "s", "c\(index % 5)", "c\(index % 5)", ""] }
    let images = try harness.artifact(
      "table",
      [
        ("samples.csv", CSVTable(columns: SamplesFormat.columns, rows: rows).bytes),
        (
          "crops.csv",
          CSVTable(
            columns: CropTransform.columns,
            rows: ids.map { [$0, "64", "64", "0", "0", "64", "64"] }
          ).bytes
        ),
      ])
    var files = images.files
    files["pixels.npy"] = harness.folder + "/images/pixels.npy"
    let artifact = InputArtifact(digest: images.digest, files: files)
    let time = try ContinuousClock().measure {
      _ = try harness.run(
        "inspect-data", ["compare": "crops"], inputs: ["images": [artifact]], threads: 2)
    }
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    print("66,550 crops, two threads: \(time), peak memory \(usage.ru_maxrss / 1024) MiB")
  }
}
