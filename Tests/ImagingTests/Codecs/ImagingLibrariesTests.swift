import Imaging
import Testing

@Suite struct ImagingLibrariesTests {
  @Test func libraryVersionsAreStable() throws {
    let versions = ImagingLibraries.versions
    #expect(versions.keys.sorted() == ["libjpeg-turbo", "libpng", "libtiff", "zlib"])
    #expect(versions == ImagingLibraries.versions)
    #expect(try #require(versions["libjpeg-turbo"]).hasPrefix("codec "))
    #expect(try #require(versions["libpng"]).hasPrefix("1."))
    #expect(try #require(versions["zlib"]).hasPrefix("1."))
  }
}
