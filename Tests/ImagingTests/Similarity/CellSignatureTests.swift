import Imaging
import Testing

@Suite struct CellSignatureTests {
  private func signature(_ image: Image) throws -> CellSignature {
    try #require(ImageTraits(image).signature)
  }

  @Test("turned, mirrored, scaled and cut copies have nearly the same signature")
  func copiesAreAlike() throws {
    let cell = CellPictures.cell()
    let own = try signature(cell)
    var copies = [cell.oriented(.allCases[1]), cell.oriented(.allCases[5])]
    copies.append(cell.warped(by: AffineMap().rotated(degrees: 33), fill: 225))
    copies.append(cell.resized(width: 130, height: 130))
    copies.append(cell.cropped(to: Rectangle(x: 10, y: 20, width: 140, height: 130)))
    for (index, copy) in copies.enumerated() {
      let other = try signature(copy)
      #expect(own.hash.turnedDistance(to: other.hash) <= 32, "copy \(index)")
      #expect(own.correlation(with: other) >= 0.9, "copy \(index)")
    }
  }

  @Test("another pattern is another cell")
  func otherCellsDiffer() throws {
    let own = try signature(CellPictures.cell())
    for pattern in [2, 3] {
      let other = try signature(CellPictures.cell(pattern: pattern))
      #expect(own.hash.turnedDistance(to: other.hash) > 32)
    }
  }

  @Test("without a nucleus there is none")
  func needsNucleus() {
    #expect(ImageTraits(Image(width: 40, height: 40, filledWith: 200)).signature == nil)
  }
}
