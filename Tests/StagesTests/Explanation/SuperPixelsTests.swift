import Imaging
import Testing

@testable import Stages

@Suite struct SuperPixelsTests {
  private let image = Image(width: 2, height: 2, pixels: [UInt8](0..<12))
  private let segments: [Int32] = [0, 1, 0, 1]

  @Test func hiddenIsTheMeanOfEachOrOneColour() {
    let mean = SuperPixels(image, segments: segments, hiding: .mean)
    #expect(mean.count == 2)
    #expect(mean.hidden.pixels == [3, 4, 5, 6, 7, 8, 3, 4, 5, 6, 7, 8])
    let black = SuperPixels(image, segments: segments, hiding: .black)
    #expect(black.hidden.pixels.allSatisfy { $0 == 0 })
  }

  @Test func composesTwoImages() {
    let parts = SuperPixels(image, segments: segments, hiding: .grey)
    #expect(
      parts.composed(showing: [true, false], over: parts.hidden).pixels
        == [0, 1, 2, 128, 128, 128, 6, 7, 8, 128, 128, 128])
    #expect(parts.spread([0.5, -1]) == [0.5, -1, 0.5, -1])
    #expect(parts.array.shape == [2, 2] && parts.array.floats == [0, 1, 0, 1])
  }

  @Test func variantsArePredictedInBatches() {
    let parts = SuperPixels(image, segments: segments, hiding: .black)
    var sizes: [Int] = []
    let variants = (0..<70).map { [$0 % 2 == 0, true] }
    let rows = parts.rows(of: variants) { images in
      sizes.append(images.count)
      return images.map { [Float($0.pixels[6])] }
    }
    #expect(sizes == [32, 32, 6])
    #expect(rows.map { $0[0] } == (0..<70).map { $0 % 2 == 0 ? 6 : 0 })
  }
}
