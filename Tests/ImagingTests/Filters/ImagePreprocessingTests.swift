import Imaging
import Testing

/// Noise filters, contrast, masks and stains, compared with the libraries in `preprocessing.py`.
@Suite struct ImagePreprocessingTests {
  private let reference = Reference.preprocessing

  private func picture() throws -> Image { try reference.image("picture") }

  @Test(arguments: Resampling.allCases)
  func resizesLikePillow(filter: Resampling) throws {
    for (width, height) in [(24, 31), (100, 70)] {
      let ours = try picture().resized(width: width, height: height, by: filter)
      let theirs = try reference.image("resize/\(filter.rawValue)-\(width)x\(height)")
      #expect(difference(ours, theirs) == 0, "\(filter) \(width)")
    }
  }

  @Test func areaMatchesOpenCVForIntegerFactors() throws {
    let ours = try reference.image("opencv-area/input").resized(width: 30, height: 15, by: .area)
    #expect(difference(ours, try reference.image("opencv-area/output")) <= 1)
  }

  @Test(arguments: [0.8, 2.0])
  func blursLikeSciPy(deviation: Double) throws {
    let ours = try picture().gaussianFiltered(deviation: deviation)
    let theirs = try reference.image("gaussian/\(deviation)")
    #expect(difference(ours, theirs) <= 1)
    #expect(differing(ours, theirs) < 0.001)
  }

  @Test(arguments: [(1, 10.0, 1.0), (2, 40.0, 2.0), (4, 75.0, 3.0)])
  func smoothsLikeOpenCV(radius: Int, colour: Double, space: Double) throws {
    let ours = try picture().bilateralFiltered(
      radius: radius, colourDeviation: colour, deviation: space)
    let theirs = try reference.image("bilateral/\(radius)-\(Int(colour))-\(Int(space))")
    #expect(difference(ours, theirs) <= 1)
    #expect(differing(ours, theirs) < 0.01)
  }

  @Test func replacesOutliersWithTheMedian() throws {
    let ours = try reference.image("outliers/input").withoutOutliers(radius: 2, threshold: 40)
    #expect(difference(ours, try reference.image("outliers/40")) == 0)
  }

  @Test(arguments: [(2.0, 8), (4.0, 3), (40.0, 2)])
  func equalisesLikeOpenCV(clip: Double, tiles: Int) throws {
    let ours = try reference.image("grey").equalised(clip: clip, tiles: tiles)
    let theirs = try reference.image("clahe/\(clip)-\(tiles)")
    #expect(difference(ours, theirs) <= 1)
    #expect(differing(ours, theirs) < 0.005)
  }

  @Test func equalisingColoursChangesOnlyLuma() throws {
    let before = try picture()
    let after = before.equalised(clip: 2, tiles: 4)
    let plane = before.grey.equalised(clip: 2, tiles: 4)
    for pixel in stride(from: 0, to: before.pixels.count, by: 3) {
      let samples = after.pixels[pixel..<pixel + 3]
      guard !samples.contains(0), !samples.contains(255) else { continue }
      let green = Int(before.pixels[pixel + 1]) - Int(before.pixels[pixel])
      #expect(Int(after.pixels[pixel + 1]) - Int(after.pixels[pixel]) == green)
      #expect(abs(Int(after.grey.pixels[pixel / 3]) - Int(plane.pixels[pixel / 3])) <= 1)
    }
  }

  @Test(arguments: [0.0, 0.02, 0.1])
  func stretchesLikeScikitImage(share: Double) throws {
    let ours = try picture().stretched(cutting: share)
    #expect(difference(ours, try reference.image("stretch/\(share)")) == 0)
    let flat = Image(width: 3, height: 3, filledWith: 90)
    #expect(flat.stretched(cutting: share) == flat)
  }

  @Test func masksRangesOfHue() throws {
    let ours = try picture().mask(hue: (250, 330), saturation: 0.3...1, value: 0.2...0.9)
    #expect(ours == (try reference.image("hsv/mask")))
    let colours = Image(width: 3, height: 1, pixels: [255, 0, 0, 0, 255, 0, 255, 0, 40])
    let reds = colours.mask(hue: (340, 20), saturation: 0...1, value: 0...1)
    #expect(reds.pixels == [255, 0, 255])
  }

  @Test func findsThePartInsideDarkMargins() {
    var image = Image(width: 9, height: 7, filledWith: 3)
    image[4, 2, 1] = 200
    image[6, 3, 0] = 90
    #expect(image.withoutDarkMargins(level: 8) == Rectangle(x: 4, y: 2, width: 3, height: 2))
    let black = Image(width: 5, height: 4)
    #expect(black.withoutDarkMargins(level: 8) == Rectangle(x: 0, y: 0, width: 5, height: 4))
  }

  @Test func shiftsColoursLikeReinhard() throws {
    let target = try #require(ReinhardStatistics(try reference.image("stain/target")))
    let expected = try reference.array("reinhard/statistics").floats.map(Double.init)
    for (ours, theirs) in zip(target.mean + target.deviation, expected) {
      #expect(abs(ours - theirs) < 0.01)
    }
    let ours = try #require(target.applied(to: try picture()))
    #expect(difference(ours, try reference.image("reinhard/output")) <= 1)
  }

  /// torchstain's target before it is fitted.
  private static let haematoxylinAndEosin = MacenkoStains(
    densities: [[0.5626, 0.7201, 0.4062], [0.2159, 0.8012, 0.5581]], strongest: [1.9705, 1.0308])

  @Test func movesStainsLikeMacenko() throws {
    let ours = try #require(Self.haematoxylinAndEosin.applied(to: try picture()))
    #expect(difference(ours, try reference.image("macenko/output")) <= 1)
    let target = try #require(MacenkoStains(try reference.image("stain/target")))
    let stains = try reference.array("macenko/stains").floats.map(Double.init)
    for (at, theirs) in stains.enumerated() {
      #expect(abs(target.densities[at % 2][at / 2] - theirs) < 1e-4)
    }
    let strongest = try reference.array("macenko/strongest").floats
    for (ours, theirs) in zip(target.strongest, strongest) {
      #expect(abs(ours - Double(theirs)) < 1e-4)
    }
    let fitted = try #require(target.applied(to: try picture()))
    #expect(difference(fitted, try reference.image("macenko/fitted")) <= 1)
  }

  @Test func blackBackgroundHasNoStain() throws {
    var framed = Image(width: 101, height: 87)
    let cell = try picture()
    for y in 0..<cell.height {
      for x in 0..<cell.width {
        for channel in 0..<3 { framed[x + 20, y + 20, channel] = cell[x, y, channel] }
      }
    }
    let plain = try #require(MacenkoStains(cell))
    #expect(MacenkoStains(framed) == plain)
    let moved = try #require(Self.haematoxylinAndEosin.applied(to: framed))
    #expect(moved[0, 0, 0] == 0 && moved[100, 86, 2] == 0)
    let black = Image(width: 20, height: 20)
    #expect(Self.haematoxylinAndEosin.applied(to: black) == nil)
    #expect(ReinhardStatistics(black) == nil)
    let white = Image(width: 20, height: 20, filledWith: 255)
    #expect(Self.haematoxylinAndEosin.applied(to: white) == nil)
  }

  /// The share of samples that differ at all.
  private func differing(_ one: Image, _ other: Image) -> Double {
    let count = zip(one.pixels, other.pixels).count { $0 != $1 }
    return Double(count) / Double(one.pixels.count)
  }
}
