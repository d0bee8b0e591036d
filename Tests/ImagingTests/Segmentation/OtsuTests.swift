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

  @Test func maskContainsSamplesAboveTheThreshold() {
    let image = Image(width: 3, height: 1, channels: 1, pixels: [9, 10, 11])
    #expect(image.mask(above: 10).pixels == [0, 0, 255])
  }
}
