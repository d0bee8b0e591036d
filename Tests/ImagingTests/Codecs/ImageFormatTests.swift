import Imaging
import Testing

@Suite struct ImageFormatTests {
  @Test func formatsAreDetectedByTheirFirstBytes() {
    #expect(ImageFormat.detect([0x42, 0x4D, 0, 0]) == .bmp)
    #expect(ImageFormat.detect([0xFF, 0xD8, 0xFF, 0xE0]) == .jpeg)
    #expect(ImageFormat.detect([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) == .png)
    #expect(ImageFormat.detect([0x89, 0x50, 0x4E, 0x47, 0x0A]) == nil)
    #expect(ImageFormat.detect([]) == nil)
  }
}
