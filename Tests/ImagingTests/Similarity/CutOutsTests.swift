import Imaging
import Testing

@Suite struct CutOutsTests {
  /// Smooth noise, as blurred as a stained field.
  private func field(_ seed: UInt32, width: Int = 400, height: Int = 300) -> Image {
    var state = seed
    let coarse = Image(
      width: width / 10, height: height / 10,
      pixels: (0..<width / 10 * (height / 10) * 3).map { _ in
        state = state &* 1_664_525 &+ 1_013_904_223
        return UInt8(state >> 24)
      })
    return coarse.resized(width: width, height: height, by: .bicubic)
  }

  private func part(_ image: Image, _ x: Int, _ y: Int, _ edge: Int) -> Image {
    image.cropped(to: Rectangle(x: x, y: y, width: edge, height: edge))
  }

  @Test func partsAreFoundInTheirFieldOnly() throws {
    let fields = (0..<4).map { field(UInt32(7 + $0)) }
    var (cuts, origins) = ([Image](), [Int]())
    for (index, field) in fields.dropLast().enumerated() {
      for place in [(0, 0), (131, 77), (303, 203), (57, 190), (200, 3)] {
        // Recompressed, and of two sizes.
        let cut = part(field, place.0, place.1, origins.count % 2 == 0 ? 97 : 64)
        cuts.append(try JPEGCodec.decode(JPEGCodec.encode(cut)))
        origins.append(index)
      }
    }
    let search = CutOuts(cuts)
    for (index, field) in fields.enumerated() {
      #expect(
        search.found(in: field, within: 16) == origins.indices.filter { origins[$0] == index })
    }
  }

  @Test func flatTinyAndLargerOnesAreNotFound() {
    let field = field(3)
    let search = CutOuts([
      Image(width: 64, height: 64, filledWith: 9), part(field, 10, 10, 15),
      self.field(3, width: 800, height: 600),
    ])
    #expect(search.found(in: field, within: 16) == [])
    #expect(CutOuts([]).found(in: field, within: 16) == [])
  }
}
