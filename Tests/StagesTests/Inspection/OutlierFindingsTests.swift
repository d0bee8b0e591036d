import Foundation
import Imaging
import PipelineDSL
import Testing

@testable import Stages

@Suite struct OutlierFindingsTests {
  @Test("blank, blurred, dark and stretched images are outliers, and nothing else is")
  func findsOutliers() throws {
    var data = try PlantedData(100, seed: 3)
    func replace(_ index: Int, _ change: (Image) throws -> Image) throws -> String {
      data.files[index].bytes = try JPEGCodec.encode(change(data.files[index].image()))
      return Digest.of(data.files[index].bytes).hex
    }
    let planted = [
      try replace(3) { Image(width: $0.width, height: $0.height, filledWith: 128) }: "blank",
      try replace(28) { $0.gaussianFiltered(deviation: 4) }: "blurred",
      try replace(53) { image in
        var dark = image
        dark.pixels = image.pixels.map { $0 / 3 }
        return dark
      }: "dark",
      try replace(78) { $0.resized(width: $0.width * 2, height: $0.height / 2) }: "aspect",
    ]
    let outcome = try data.inspected()
    let table = try outcome.table("findings", "ids/outlier.csv")
    let notes = Dictionary(uniqueKeysWithValues: table.rows.map { ($0[2], $0[7]) })
    #expect(Set(notes.keys) == Set(planted.keys))
    for (id, reason) in planted { #expect(notes[id]?.contains(reason) == true) }
    #expect(try outcome.findings()["outlier"]?.first?["severity"] == "warning")
  }
}
