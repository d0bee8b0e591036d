import Imaging
import Testing

@Suite struct QuickshiftTests {
  /// With lime's settings and with small kernels: the labels are equal, not only the regions.
  @Test(arguments: ["smear", "noisy"])
  func agreesWithScikitImage(_ name: String) throws {
    let image = try Reference.quickshift.image("\(name)/image")
    let labels = Quickshift.segment(image).map(Int.init)
    #expect(try labels == Reference.quickshift.integers("\(name)/exact"))
    #expect(try labels == Reference.quickshift.integers("\(name)/labels"), "noise decides nothing")
    let fine = Quickshift.segment(image, kernelSize: 2, maxDistance: 5, ratio: 0.5).map(Int.init)
    #expect(try fine == Reference.quickshift.integers("\(name)/fine"))
    #expect(Set(fine) == Set(0..<Set(fine).count) && fine.count > 20)
  }

  /// The black around a cell is all ties, which scikit-image breaks by noise and we by order.
  @Test func tiesDoNotChangeTheCellBorder() throws {
    let image = try Reference.quickshift.image("black/image")
    let inside = try Reference.quickshift.bytes("black/inside").map { $0 != 0 }
    let labels = Quickshift.segment(image)
    let ground = Set(zip(labels, inside).filter { !$0.1 }.map(\.0))
    let cell = Set(zip(labels, inside).filter(\.1).map(\.0))
    #expect(ground.isDisjoint(with: cell) && ground.count == 4)
    let agreeing = zip(labels, try Reference.quickshift.integers("black/labels"))
      .count { Int($0) == $1 }
    #expect(Double(agreeing) > 0.9 * Double(labels.count), "\(agreeing)")
  }

  @Test func flatImageIsOneRegion() {
    #expect(
      Quickshift.segment(Image(width: 30, height: 20, filledWith: 7)).allSatisfy { $0 == 0 })
  }

  @Test func theSmallestImagesAreSegmented() {
    #expect(Quickshift.segment(Image(width: 1, height: 1)) == [0])
    #expect(Quickshift.segment(Image(width: 9, height: 1, channels: 1)).allSatisfy { $0 == 0 })
    // No pixel is near enough to another.
    let apart = Quickshift.segment(Image(width: 3, height: 2), maxDistance: 0.5)
    #expect(apart == [0, 1, 2, 3, 4, 5])
  }
}
