import Imaging
import Testing

@testable import Synthesis

/// Changes of finished images.
@Suite struct AlterationTests {
  private let before = cell(.preB, edge: 120)

  @Test("masks follow the image")
  func masksFollow() {
    for alteration: Alteration in [
      .turned(.right), .cut(x: 0.5, y: 0.5, share: 0.8), .resized(1.25), .strip,
    ] {
      let after = alteration.applied(to: before)
      for mask in [after.nucleus, after.cell] {
        #expect(mask.width == after.image.width && mask.height == after.image.height)
        #expect(Set(mask.pixels).isSubset(of: [0, 255]))
      }
      // The nucleus is still where the image is dark.
      let inside = after.meanColour { after.nucleus.pixels[$0] == 255 }
      let outside = after.meanColour { after.cell.pixels[$0] == 0 }
      #expect((inside?.y ?? 255) + 40 < (outside?.y ?? 0), "\(alteration)")
    }
  }

  @Test("other changes leave the masks alone")
  func masksStay() {
    for alteration: Alteration in [
      .lit(0.25), .scaleBar, .vignette, .blurred, .falseColour,
    ] {
      let after = alteration.applied(to: before)
      #expect(after.nucleus == before.nucleus && after.cell == before.cell)
      #expect(after.image != before.image)
    }
  }

  @Test func aBlankImageHasNothingOnIt() {
    let after = Alteration.blank.applied(to: before)
    #expect(
      Set(stride(from: 0, to: after.image.pixels.count, by: 3).map { after.image.pixels[$0] }).count
        == 1)
    #expect(after.nucleus.pixels.allSatisfy { $0 == 0 })
    #expect(after.cell.pixels.allSatisfy { $0 == 0 })
  }

  @Test("a cut shows the named place")
  func cutShowsThePlace() {
    let (left, right) = (
      Alteration.cut(x: 0, y: 0, share: 0.5).applied(to: before),
      Alteration.cut(x: 1, y: 0, share: 0.5).applied(to: before)
    )
    let half = before.image.cropped(to: Rectangle(x: 0, y: 0, width: 60, height: 60))
    #expect(left.image == half.resized(width: 120, height: 120))
    #expect(left.image != right.image)
  }

  @Test("light is scaled and limited")
  func lightIsLimited() {
    let image = Image(width: 2, height: 1, pixels: [0, 100, 200, 250, 255, 8])
    let mask = Image(width: 2, height: 1, channels: 1)
    let specimen = Specimen(image: image, nucleus: mask, cell: mask, kind: .preB)
    #expect(Alteration.lit(1.1).applied(to: specimen).image.pixels == [0, 110, 220, 255, 255, 9])
    #expect(
      Alteration.falseColour.applied(to: specimen).image.pixels == [200, 100, 0, 8, 255, 250])
  }

  @Test("a remark changes the bytes of a JPEG, but not its pixels")
  func remarks() throws {
    let plain = try PlannedImage.Encoding.compressed(quality: 80).encode(before.image)
    let remarked = try PlannedImage.Encoding.compressed(quality: 80, remark: "saved again")
      .encode(before.image)
    #expect(remarked.count == plain.count + 4 + 11)
    #expect(try ImageCodec.decode(remarked) == ImageCodec.decode(plain))
  }
}
