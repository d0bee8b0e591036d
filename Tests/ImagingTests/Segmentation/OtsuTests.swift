import Foundation
import Imaging
import Testing

@Suite struct OtsuTests {
  @Test func thresholdsMatchScikitImage() throws {
    let expected = try Reference.operations.integers("otsu-thresholds")
    #expect(expected.count == 5)
    for (index, threshold) in expected.enumerated() {
      let image = try Reference.operations.image("otsu/\(index)")
      #expect(Int(Otsu.threshold(image)) == threshold)
    }
  }

  private struct Fixture: Decodable {
    struct Case: Decodable {
      let histogram: [[Int]]
      let thresholds: [Int]
    }
    let cases: [Case]
  }

  @Test func threeClassesMatchScikitImage() throws {
    let url = Bundle.module.bundleURL.appendingPathComponent("Fixtures/multiotsu.json")
    let cases = try JSONDecoder().decode(Fixture.self, from: Data(contentsOf: url)).cases
    #expect(cases.count == 6)
    for known in cases {
      var counts = [Int](repeating: 0, count: 256)
      for pair in known.histogram { counts[pair[0]] = pair[1] }
      let ours = try #require(Otsu.thresholds(counts))
      #expect([Int(ours.lower), Int(ours.upper)] == known.thresholds)
    }
  }

  @Test func twoValuesAreNotThreeClasses() {
    var counts = [Int](repeating: 0, count: 256)
    (counts[3], counts[200]) = (9, 4)
    #expect(Otsu.thresholds(counts) == nil)
  }

  @Test func maskContainsSamplesAboveTheThreshold() {
    let image = Image(width: 3, height: 1, channels: 1, pixels: [9, 10, 11])
    #expect(image.mask(above: 10).pixels == [0, 0, 255])
  }
}
