import Imaging
import Testing

/// Masks of whole cells, compared with scikit-image's and SciPy's in `cell_mask.py`.
@Suite struct ImageCellMaskTests {
  private let reference = Reference.cellMask

  private func mask(_ image: Image, of box: Rectangle, in area: Rectangle) -> Image? {
    image.cellMask(
      of: box, in: area, hue: (230, 330), saturation: 0.2...1, value: 0...1)
  }

  @Test("Thresholds, holes, opening and the choice of regions agree with scikit-image and SciPy")
  func agreesWithScikitImage() throws {
    let picture = try reference.image("picture")
    for name in ["cell", "clump", "lobes", "all"] {
      let numbers = try reference.integers("box/\(name)")
      let box = Rectangle(x: numbers[0], y: numbers[1], width: numbers[2], height: numbers[3])
      let area = Rectangle(x: numbers[4], y: numbers[5], width: numbers[6], height: numbers[7])
      let ours = try #require(mask(picture, of: box, in: area))
      // Compared as a Boolean, so that a failure does not print the pixels.
      let isEqual = ours == (try reference.image("mask/\(name)"))
      #expect(isEqual, "\(name)")
    }
  }

  @Test("There is no mask without a stained pixel in the box")
  func needsAStainedPixel() {
    let whole = Rectangle(x: 0, y: 0, width: 30, height: 20)
    for colour: UInt8 in [0, 90, 255] {
      #expect(mask(Image(width: 30, height: 20, filledWith: colour), of: whole, in: whole) == nil)
    }
    let grey = Image(width: 30, height: 20, channels: 1, filledWith: 90)
    #expect(mask(grey, of: whole, in: whole) == nil)
    var image = Image(width: 30, height: 20, filledWith: 230)
    for y in 2..<8 {
      for x in 2..<8 {
        for channel in 0..<3 { image[x, y, channel] = [120, 40, 160][channel] }
      }
    }
    let (near, far) = (
      Rectangle(x: 1, y: 1, width: 8, height: 8), Rectangle(x: 20, y: 9, width: 8, height: 8)
    )
    #expect(mask(image, of: near, in: whole)?.pixels.count { $0 == 255 } == 36)
    #expect(mask(image, of: far, in: whole) == nil)
    // Areas and boxes outside the image are no error.
    #expect(mask(image, of: near, in: Rectangle(x: 40, y: 0, width: 5, height: 5)) == nil)
    #expect(mask(image, of: Rectangle(x: -9, y: 60, width: 5, height: 5), in: whole) == nil)
    let beyond = mask(image, of: near, in: Rectangle(x: -3, y: -4, width: 12, height: 40))
    #expect(beyond?.pixels.count { $0 == 255 } == 36 && beyond?[5, 6, 0] == 255)
  }

  @Test("Pixels outside a mask get one value, the others stay")
  func fillsOutside() {
    let image = Image(width: 2, height: 1, pixels: [1, 2, 3, 4, 5, 6])
    let mask = Image(width: 2, height: 1, channels: 1, pixels: [127, 128])
    #expect(image.filled(outside: mask, with: 9).pixels == [9, 9, 9, 4, 5, 6])
  }
}
