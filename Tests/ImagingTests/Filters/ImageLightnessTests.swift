import Imaging
import Testing

/// CLAHE on lightness, compared with OpenCV's in `cell_mask.py`.
@Suite struct ImageLightnessTests {
  @Test(
    "CLAHE on L* differs from OpenCV's by at most 1, in less than 5 % of the samples",
    arguments: [(2.0, 8), (4.0, 3)])
  func agreesWithOpenCV(clip: Double, tiles: Int) throws {
    let reference = Reference.cellMask
    let ours = try reference.image("part").lightnessEqualised(clip: clip, tiles: tiles)
    let theirs = try reference.image("lightness/\(clip)-\(tiles)")
    #expect(difference(ours, theirs) <= 1)
    let count = zip(ours.pixels, theirs.pixels).count { $0 != $1 }
    #expect(Double(count) < 0.05 * Double(ours.pixels.count))
  }

  @Test("An image of one channel is equalised as it is")
  func equalisesGrey() {
    let grey = patterned(width: 40, height: 30).grey
    let isEqual =
      grey.lightnessEqualised(clip: 2, tiles: 4) == grey.equalised(clip: 2, tiles: 4)
    #expect(isEqual)
  }
}
