import Imaging
import Testing

@testable import Synthesis

@Suite struct SpecimenTests {
  /// If pixels change, increase `SyntheticDataset.generator`.
  @Test func pixelsArePinned() {
    #expect(fnv(cell(.neutrophil).image.pixels) == "24512b7069bc56fd")
    #expect(fnv(cell(.myeloblast).image.pixels) == "52345b5dbd1f88c6")
    #expect(fnv(cell(.chronicLymphocyte).nucleus.pixels) == "e6355d5564f04609")
  }

  @Test(arguments: CellKind.allCases)
  func theMaskCoversTheNucleus(kind: CellKind) throws {
    var nuclei: [SIMD3<Double>] = []
    var bodies: [SIMD3<Double>] = []
    for image in 0..<6 {
      let cell = cell(kind, image: image)
      let nucleus = cell.nucleus.pixels
      let body = cell.cell.pixels
      #expect(Set(nucleus) == [0, 255])
      #expect(zip(nucleus, body).allSatisfy { $0 == 0 || $1 == 255 })
      nuclei.append(try #require(cell.meanColour { nucleus[$0] == 255 }))
      // A smudge cell has no cytoplasm, so its surroundings are used instead.
      let around = cell.meanColour { body[$0] == 255 && nucleus[$0] == 0 }
      bodies.append(
        try #require(kind == .smudge ? cell.meanColour { body[$0] == 0 } : around))
    }
    let inside = nuclei.reduce(.zero, +) / 6
    let outside = bodies.reduce(.zero, +) / 6
    #expect(inside.y < outside.y - 8)
    // Purple: the dye absorbs green most.
    #expect(inside.z - inside.y > outside.z - outside.y)
  }

  @Test func backgroundIsIndependentOfCellKind() {
    let small = cell(.chronicLymphocyte, image: 3)
    let large = cell(.monoblast, image: 3)
    var compared = 0
    for index in small.cell.pixels.indices {
      let (x, y) = (index % small.image.width, index / small.image.width)
      // Two pixels away from the cells, because of the blur.
      let free = (-2...2).allSatisfy { dy in
        (-2...2).allSatisfy { dx in
          let (u, v) = (x + dx, y + dy)
          guard (0..<small.image.width).contains(u), (0..<small.image.height).contains(v) else {
            return true
          }
          return small.cell[u, v, 0] == 0 && large.cell[u, v, 0] == 0
        }
      }
      guard free else { continue }
      compared += 1
      for channel in 0..<3 { #expect(small.image[x, y, channel] == large.image[x, y, channel]) }
    }
    #expect(compared > 10_000)
  }

  @Test func cutOutCellsAreOnBlack() throws {
    let cell = Specimen.drawn(
      .preB, frame: Frame(width: 150, height: 150, scale: 6, blackBackground: true),
      look: .drawn(for: .cNMC, slide: 0, seed: 1), seed: 1, source: "c", image: 0)
    let background = try #require(cell.meanColour { cell.cell.pixels[$0] == 0 })
    #expect(background.max() < 1)
    #expect(try #require(cell.meanColour { cell.cell.pixels[$0] == 255 }).min() > 15)
  }

  @Test func reductionKeepsTheFrameSize() {
    let frame = Frame(width: 28, height: 28, scale: 28 / 24, reduction: 4)
    for image in 0..<20 {
      let cell = Specimen.drawn(
        .platelet, frame: frame, look: .drawn(for: .bloodMNIST, slide: 0, seed: 2), seed: 2,
        source: "b", image: image)
      #expect(cell.image.width == 28 && cell.nucleus.width == 28)
      #expect(cell.nucleus.pixels.contains(255))
    }
  }
}
