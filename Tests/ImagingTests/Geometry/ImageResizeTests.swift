import Imaging
import Testing

@Suite struct ImageResizeTests {
  @Test(arguments: Reference.operations.names("resized"))
  func resizesLikePillow(_ size: String) throws {
    let expected = try Reference.operations.image("resized/" + size)
    let image = try Reference.operations.image("image")
    let resized = image.resized(width: expected.width, height: expected.height)
    #expect(difference(resized, expected) == 0)
  }

  @Test func referenceSizesExist() { #expect(Reference.operations.names("resized").count == 6) }

  @Test func resizesGreyLikePillow() throws {
    let grey = try Reference.operations.image("grey").resized(width: 13, height: 10)
    #expect(difference(grey, try Reference.operations.image("resized-grey/13x10")) == 0)
  }

  @Test func sameSizeChangesNothing() {
    let image = patterned(width: 9, height: 8)
    #expect(image.resized(width: 9, height: 8) == image)
  }

  @Test func flatImagesStayFlat() {
    let flat = Image(width: 37, height: 41, filledWith: 255)
    #expect(flat.resized(width: 8, height: 90) == Image(width: 8, height: 90, filledWith: 255))
  }
}
