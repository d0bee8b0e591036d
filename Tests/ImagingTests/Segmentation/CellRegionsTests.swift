import Testing

@testable import Imaging

@Suite struct CellRegionsTests {
  /// A nucleus of radius 8 in a cell of radius 13, on a pale ground, with a red cell in a corner.
  private func smear(at places: [(x: Int, y: Int)], ground: [UInt8] = [236, 226, 230]) -> Image {
    var image = Image(width: 96, height: 64)
    func fill(_ x: Int, _ y: Int, _ radius: Int, _ colour: [UInt8]) {
      for row in max(0, y - radius)...min(63, y + radius) {
        for column in max(0, x - radius)...min(95, x + radius)
        where (column - x) * (column - x) + (row - y) * (row - y) <= radius * radius {
          for channel in 0..<3 { image[column, row, channel] = colour[channel] }
        }
      }
    }
    for pixel in 0..<96 * 64 {
      for channel in 0..<3 { image.pixels[3 * pixel + channel] = ground[channel] }
    }
    if ground[0] > 0 { fill(88, 8, 7, [222, 160, 158]) }
    for (x, y) in places { fill(x, y, 13, [190, 150, 200]) }
    for (x, y) in places { fill(x, y, 8, [96, 52, 150]) }
    return image
  }

  @Test(arguments: CellSegmentation.Method.allCases)
  func findsNucleusAndCytoplasm(_ method: CellSegmentation.Method) {
    var segmentation = CellSegmentation()
    segmentation.method = method
    for ground in [[236, 226, 230], [0, 0, 0]] as [[UInt8]] {
      let found = segmentation.regions(of: smear(at: [(40, 32)], ground: ground))
      #expect(found.nuclei == 1, "\(method) \(ground)")
      #expect(found.labels[32 * 96 + 40] == 2)
      #expect(found.labels[32 * 96 + 51] == 1, "\(method) \(ground)")
      #expect(found.labels[32 * 96 + 60] == 0 && found.labels[8 * 96 + 88] == 0)
      let nucleus = found.share(of: .nucleus) * 96 * 64
      #expect(abs(nucleus - 197) < 30, "\(method) \(ground): \(nucleus)")
    }
  }

  @Test(arguments: CellSegmentation.Method.allCases)
  func blankImagesAreBackground(_ method: CellSegmentation.Method) {
    var segmentation = CellSegmentation()
    segmentation.method = method
    for value: UInt8 in [0, 90, 255] {
      let found = segmentation.regions(of: Image(width: 40, height: 30, filledWith: value))
      #expect(found.nuclei == 0 && found.labels.allSatisfy { $0 == 0 }, "\(method) \(value)")
    }
    let grey = segmentation.regions(of: Image(width: 4, height: 3, channels: 1))
    #expect(grey.labels.count == 12 && grey.nuclei == 0)
  }

  @Test func touchingNucleiAreSeparatedOnRequest() {
    let image = smear(at: [(30, 32), (45, 32)])
    var segmentation = CellSegmentation()
    #expect(segmentation.regions(of: image).nuclei == 1)
    segmentation.separates = true
    let found = segmentation.regions(of: image)
    #expect(found.nuclei == 2)
    #expect(found.labels[32 * 96 + 30] == 2 && found.labels[32 * 96 + 45] == 2)
  }

  @Test func cytoplasmReachesAsFarAsAsked() {
    let image = smear(at: [(40, 32)])
    let areas = [0.0, 0.2, 0.5].map { reach in
      var segmentation = CellSegmentation()
      segmentation.reach = reach
      return segmentation.regions(of: image).share(of: .cytoplasm)
    }
    #expect(areas[0] == 0 && areas[0] < areas[1] && areas[1] < areas[2])
  }
}
