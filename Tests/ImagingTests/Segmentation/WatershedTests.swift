import Testing

@testable import Imaging

@Suite struct WatershedTests {
  /// A mask of text: `#` is inside.
  private func mask(_ rows: [String]) -> [Bool] { rows.flatMap { $0.map { $0 == "#" } } }

  @Test func distancesAreEuclidean() {
    let found = Watershed.squaredDistances(
      mask(["........", ".######.", ".######.", ".######.", "........"]), 8, 5)
    #expect(Array(found[8..<16]) == [0, 1, 1, 1, 1, 1, 1, 0])
    #expect(Array(found[16..<24]) == [0, 1, 4, 4, 4, 4, 1, 0])
  }

  /// The nearest pixel outside is sought in all directions.
  @Test func distancesAgreeWithTheirDefinition() {
    let (width, height) = (23, 17)
    let inside = (0..<width * height).map { ($0 * 7919) % 31 > 3 }
    let found = Watershed.squaredDistances(inside, width, height)
    for at in inside.indices {
      let least = inside.indices.filter { !inside[$0] }.map { other in
        let (x, y) = (at % width - other % width, at / width - other / width)
        return x * x + y * y
      }.min()
      #expect(found[at] == least)
    }
  }

  @Test func narrowNecksAreCut() {
    let neck = [
      "...............", ".#####...#####.", ".#####...#####.", ".#############.",
      ".#####...#####.", ".#####...#####.", "...............",
    ]
    let found = Watershed.divided(mask(neck), 15, 7)
    let regions = LabelledRegions(found, 15, 7)
    #expect(regions.areas.count == 2)
    #expect(found.count { $0 } >= 50)
  }

  @Test func evenRegionsStayWhole() {
    let bar = ["...........", ".#########.", ".#########.", ".#########.", "..........."]
    #expect(Watershed.divided(mask(bar), 11, 5) == mask(bar))
    let full = [Bool](repeating: true, count: 12)
    #expect(Watershed.divided(full, 4, 3) == full)
  }
}
