import Imaging
import Testing

@Suite struct NPZArchiveTests {
  @Test(arguments: ["stored", "deflated", "zip64"])
  func readsFilesWrittenByNumPy(_ name: String) throws {
    let archive = try NPZArchive(parsing: Reference.arrays.bytes("npz/" + name))
    #expect(archive.names == ["numbers", "ones"])
    let numbers = try archive.member("numbers")
    #expect(numbers.kind == .int32 && numbers.shape == [2, 3, 4])
    #expect(numbers.floats == (0..<24).map { Float($0) })
    #expect(try archive.member("ones").bytes == [UInt8](repeating: 1, count: 300))
  }

  @Test(arguments: [false, true])
  func parsingReversesEncoding(_ deflated: Bool) throws {
    let images = NPYArray(uint8: patterned(width: 90, height: 70).pixels, shape: [1, 70, 90, 3])
    let labels = NPYArray(uint8: [3], shape: [1, 1])
    let members = [("train_images", images), ("train_labels", labels)]
    let bytes = try NPZArchive.encode(members, deflated: deflated)
    #expect(try NPZArchive.encode(members, deflated: deflated) == bytes)
    let archive = try NPZArchive(parsing: bytes)
    #expect(archive.names == ["train_images", "train_labels"])
    #expect(try archive.member("train_images") == images)
    #expect(try archive.member("train_labels") == labels)
    #expect((bytes.count < images.bytes.count) == deflated)
  }

  @Test func emptyArchiveHasNoNames() throws {
    #expect(try NPZArchive(parsing: NPZArchive.encode([], deflated: true)).names == [])
  }

  @Test(arguments: ["stored", "deflated", "zip64"])
  func damagedFilesAreRefusedOrRead(_ name: String) throws {
    let refused = damage(try Reference.arrays.bytes("npz/" + name)) { bytes in
      let archive = try NPZArchive(parsing: bytes)
      for name in archive.names { _ = try archive.member(name) }
    }
    #expect(refused > 50)
  }

  @Test func errorsNameTheProblem() throws {
    let bzip2 = try Reference.arrays.bytes("npz/bzip2")
    #expect(reason { _ = try NPZArchive(parsing: bzip2) }?.contains("method 12") == true)
    let array = NPYArray(uint8: [UInt8](repeating: 0, count: 5000), shape: [5000])
    var bytes = try NPZArchive.encode([("a", array)], deflated: true)
    let archive = try NPZArchive(parsing: bytes)
    #expect(reason { _ = try archive.member("b") }?.contains("no array 'b' among a") == true)
    // The uncompressed size in the directory, which is 46 + 5 bytes long and precedes the last 22.
    let directory = bytes.count - 22 - 51
    bytes.replaceSubrange(directory + 24..<directory + 28, with: [0, 0, 0, 0x7F])
    let lying = try NPZArchive(parsing: bytes)
    #expect(reason { _ = try lying.member("a") }?.contains("declares 2130706432 bytes") == true)
  }

  @Test func duplicateMemberNamesAreRefused() throws {
    let array = NPYArray(uint8: [1], shape: [1])
    let bytes = try NPZArchive.encode([("a", array), ("a", array)], deflated: false)
    #expect(reason { _ = try NPZArchive(parsing: bytes) }?.contains("two members") == true)
  }

  /// Names are never interpreted as paths, whatever they look like.
  @Test(arguments: ["../up", "/etc/passwd", "..\\up", "a\0b", "a/../../up", ""])
  func namesAreNeverUsedAsPaths(_ name: String) throws {
    let array = NPYArray(uint8: [1, 2], shape: [2])
    let archive = try NPZArchive(parsing: try NPZArchive.encode([(name, array)], deflated: true))
    #expect(archive.names == [name])
    #expect(try archive.member(name) == array)
  }
}
