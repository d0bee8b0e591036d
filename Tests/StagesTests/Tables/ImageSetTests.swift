import Imaging
import PipelineDSL
import Testing

@testable import Stages

@Suite struct ImageSetTests {
  @Test func refusesInconsistentFiles() throws {
    let harness = try StageHarness()
    let good = try TestImages.artifact(harness, count: 3)
    let samples = try good.bytes("samples.csv")
    let crops = try good.bytes("crops.csv")
    let pixels = try good.bytes("pixels.npy")
    let grey = NPYArray(uint8: [1, 2, 3], shape: [3, 1, 1]).encoded
    let other = try TestImages.artifact(harness, count: 2)
    for (name, files, reason) in [
      ("kind", [samples, crops, grey], "expected uint8 of N x H x W x 3"),
      ("count", [samples, crops, try other.bytes("pixels.npy")], "2 images for 3 rows"),
      ("crops", [samples, try other.bytes("crops.csv"), pixels], "its ids are not those"),
      ("cut", [samples, crops, Array(pixels.dropLast(5))], "bytes of data"),
      ("twice", [Self.repeated(samples), crops, pixels], "not in ascending order"),
    ] {
      let artifact = try harness.artifact(
        name, [("samples.csv", files[0]), ("crops.csv", files[1]), ("pixels.npy", files[2])])
      let failure = #expect(throws: StageError.self) { try ImageSet(artifact) }
      #expect(failure?.reason.contains(reason) == true, "\(name)")
    }
  }

  @Test func findsThePartsOfASplit() throws {
    let harness = try StageHarness()
    let images = try TestImages.artifact(harness, count: 20)
    let outcome = try harness.run("split", inputs: ["images": [images]])
    let (set, split) = (try ImageSet(images), try SplitTable(outcome["split"]))
    let parts = Part.allCases.map { split.indices(of: $0, in: set) }
    #expect(parts.flatMap { $0 }.sorted() == Array(0..<20))
    #expect(parts.map(\.count) == [16, 2, 0, 2])
    #expect(parts[0].map { set.samples[$0].id } == split.trainIDs)
  }

  private static func repeated(_ table: [UInt8]) -> [UInt8] {
    let lines = table.split(separator: 10).map { Array($0) }
    return Array(([lines[0], lines[1], lines[1], lines[3]]).joined(separator: [10])) + [10]
  }
}
