import Foundation
import Imaging
import Testing

@Suite struct ImageCodecTests {
  @Test(arguments: Reference.codecs.names("file"))
  func readsEveryFormatByItsFirstBytes(_ name: String) throws {
    let bytes = try Reference.codecs.bytes("file/" + name)
    let image = try ImageCodec.decode(bytes)
    #expect(image.channels == 3)
    let size = try ImageCodec.size(bytes)
    #expect(size == (image.width, image.height))
  }

  @Test(arguments: Reference.formats.names("file").filter { !$0.hasPrefix("refused") })
  func readsRareVariantsLikeTheReference(_ name: String) throws {
    let bytes = try Reference.formats.bytes("file/" + name)
    let image = try ImageCodec.decode(bytes)
    // Lossy data and inks may differ by rounding.
    let tolerance =
      name.hasPrefix("jpeg-cmyk") ? 3 : name.contains("jpeg") || name.contains("cmyk") ? 1 : 0
    #expect(difference(image, try Reference.formats.image("pixels/" + name)) <= tolerance)
    let size = try ImageCodec.size(bytes)
    #expect(size == (image.width, image.height))
  }

  @Test func rareVariantsExist() {
    let names = Reference.formats.names("file")
    for (format, count) in [("tiff", 31), ("jpeg", 11), ("png", 5), ("bmp", 6)] {
      #expect(names.filter { $0.hasPrefix(format + "-") }.count == count, "\(format)")
    }
  }

  @Test func nonImagesAreRefused() {
    #expect(reason { _ = try ImageCodec.decode([]) } == "the file is empty (0 bytes)")
    let text = Array("PK, or anything else".utf8)
    #expect(reason { _ = try ImageCodec.decode(text) } == "not a BMP, JPEG, PNG or TIFF file")
    #expect(reason { _ = try ImageCodec.size([0x42]) } == "not a BMP, JPEG, PNG or TIFF file")
  }

  /// Real files, if the folder of samples exists beside the checkout.
  static let samples = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../../../shared/data").standardizedFileURL

  @Test(.enabled(if: FileManager.default.fileExists(atPath: samples.path), "needs ../shared/data"))
  func readsRealMicroscopyFiles() throws {
    let folder = Self.samples.appendingPathComponent("C-NMC_Leukemia/C-NMC_training_data")
    let walk = try #require(
      FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil))
    var read = 0
    for case let file as URL in walk where file.pathExtension == "bmp" {
      let image = try ImageCodec.decode(Array(Data(contentsOf: file)))
      #expect(image.width == 450 && image.height == 450)
      read += 1
    }
    #expect(read == 10)
    let trap = Self.samples.appendingPathComponent(
      "PBC_dataset_normal_DIB/neutrophil/.DS_169665.jpg")
    let bytes = Array(try Data(contentsOf: trap))
    #expect(reason { _ = try ImageCodec.decode(bytes) } != nil)
  }
}
