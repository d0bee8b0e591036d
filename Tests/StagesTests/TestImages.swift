import Imaging
import PipelineDSL

@testable import Stages

/// `images` artifacts made without cropping real images.
enum TestImages {
  /// Images of 12 x 12 pixels, alternating between classes a and b, each with a different tone.
  static func artifact(_ harness: StageHarness, count: Int) throws -> InputArtifact {
    var rows: [(fields: [String], pixels: [UInt8])] = []
    for index in 0..<count {
      let label = index % 2 == 0 ? "a" : "b"
      let tone = UInt8(40 + index * 200 / count)
      let image = Pictures.disc(
        width: 12, height: 12, x: 6, y: 5, radius: 3, colour: [tone, 30, 150])
      rows.append(([Digest.of("image \(index)").hex, "test", label, label, ""], image.pixels))
    }
    rows.sort { $0.fields[0] < $1.fields[0] }
    let samples = CSVTable(columns: SamplesFormat.columns, rows: rows.map(\.fields))
    let crops = CSVTable(
      columns: CropTransform.columns,
      rows: rows.map { [$0.fields[0], "12", "12", "0", "0", "12", "12"] })
    let pixels = NPYArray(uint8: rows.flatMap(\.pixels), shape: [count, 12, 12, 3])
    return try harness.artifact(
      "images \(count)",
      [
        ("samples.csv", samples.bytes), ("crops.csv", crops.bytes), ("pixels.npy", pixels.encoded),
      ])
  }
}
