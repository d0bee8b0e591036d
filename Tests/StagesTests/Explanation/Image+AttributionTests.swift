import Imaging
import Testing

@testable import Stages

@Suite struct ImageAttributionTests {
  @Test func supportIsRedAndContradictionBlue() {
    let image = Image(width: 4, height: 1, filledWith: 55)
    let view = image.overlaid(withSigned: [2, -2, 0, 1])
    #expect(Array(view.pixels[0..<3]) == [200, 0, 0])
    #expect(Array(view.pixels[3..<6]) == [0, 40, 220])
    // Half way between grey 55 and white.
    #expect(Array(view.pixels[6..<9]) == [155, 155, 155])
    #expect(Array(view.pixels[9..<12]) == [178, 78, 78])
  }

  @Test func outliersDoNotHideTheRest() {
    var values = [Float](repeating: 0.5, count: 400)
    values[7] = 100
    let view = Image(width: 20, height: 20).overlaid(withSigned: values)
    #expect(Array(view.pixels[0..<3]) == [200, 0, 0])
    // Nearly all values are zero: the others set the scale.
    values = [Float](repeating: 0, count: 400)
    values[7] = -3
    let sparse = Image(width: 20, height: 20).overlaid(withSigned: values)
    #expect(Array(sparse.pixels[21..<24]) == [0, 40, 220])
    #expect(Array(sparse.pixels[0..<3]) == [128, 128, 128])
  }
}
