import Imaging
import Testing

@Suite struct ColourMapTests {
  @Test func runsFromBlueToRed() {
    #expect(ColourMap.jet(0) == (0, 0, 128))
    #expect(ColourMap.jet(0.5) == (128, 255, 128))
    #expect(ColourMap.jet(1) == (128, 0, 0))
  }

  @Test func valuesOutsideTheRangeAreClamped() {
    #expect(ColourMap.jet(-3) == ColourMap.jet(0))
    #expect(ColourMap.jet(.infinity) == ColourMap.jet(1))
    #expect(ColourMap.jet(.nan) == ColourMap.jet(0))
  }
}
