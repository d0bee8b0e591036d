import Testing

@testable import Neural

@Suite struct StoredArchiveTests {
  private func reason(_ bytes: [UInt8]) -> String {
    let error = #expect(throws: NeuralError.self) { try StoredArchive(bytes) }
    return error?.reason ?? ""
  }

  /// An archive with the bytes at an offset replaced.
  private func changed(_ bytes: [UInt8], at offset: Int, to new: [UInt8]) -> [UInt8] {
    var bytes = bytes
    bytes.replaceSubrange(offset..<offset + new.count, with: new)
    return bytes
  }

  @Test func membersOfTheRootAreFound() throws {
    let bytes = MadeArchive.bytes([("net/data.pkl", [7, 8]), ("net/data/0", []), ("x/y", [1])])
    let archive = try StoredArchive(bytes + [])
    #expect(archive.root == "net")
    #expect(archive.place("data.pkl").map { Array(bytes[$0]) } == [7, 8])
    #expect(archive.place("data/0")?.isEmpty == true)
    #expect(archive.place("y") == nil && archive.place("data/1") == nil)
  }

  @Test func otherArchivesAreReported() {
    #expect(reason([]).contains("is empty"))
    #expect(reason(MadeArchive.bytes([])).contains("has no folder"))
    #expect(reason(MadeArchive.bytes([("a", [])])).contains("has no folder"))
    #expect(reason(MadeArchive.bytes([("a/b", []), ("a/b", [])])).contains("two members named"))
  }

  @Test func inconsistentDirectoriesAreReported() {
    let bytes = MadeArchive.bytes([("a/b", [1, 2, 3])])
    let (entry, end) = (bytes.count - 22 - 49, bytes.count - 22)
    #expect(
      reason(changed(bytes, at: entry + 16, to: [0])).contains("'a/b' is damaged: its checksum"))
    #expect(reason(changed(bytes, at: entry + 8, to: [1])).contains("'a/b' is encrypted"))
    #expect(reason(changed(bytes, at: entry + 10, to: [12])).contains("method 12"))
    #expect(
      reason(changed(bytes, at: entry + 24, to: [9])).contains("declares 9 bytes in 3"))
    #expect(reason(changed(bytes, at: entry + 42, to: [9])).contains("'a/b' is not at"))
    #expect(reason(changed(bytes, at: entry + 46, to: [0xFF])).contains("is not UTF-8"))
    #expect(reason(changed(bytes, at: entry, to: [0])).contains("its directory is truncated"))
    #expect(reason(changed(bytes, at: end + 10, to: [2])).contains("does not fit its length"))
    #expect(reason(changed(bytes, at: end + 10, to: [0xFF, 0xFF])).contains("does not fit"))
    #expect(reason(changed(bytes, at: end + 16, to: [0xFF, 0xFF])).contains("does not fit"))
    let long = changed(bytes, at: entry + 20, to: [0xF0, 0, 0, 0, 0xF0])
    #expect(reason(long).contains("cut short inside member 'a/b'"))
    let wide = changed(bytes, at: entry + 20, to: [UInt8](repeating: 0xFF, count: 8))
    #expect(reason(wide).contains("cut short inside member 'a/b'"))
    #expect(reason(changed(bytes, at: 26, to: [0xFF, 0xFF])).contains("cut short inside member"))
  }

  @Test func overlappingMembersAreRefusedBeforeTheirChecksums() {
    // Ten thousand entries for one megabyte would mean ten gigabytes to checksum. All checksums
    // but the first are wrong, so a member that were read would be reported for that.
    let content = [UInt8](repeating: 1, count: 1 << 20)
    let one = MadeArchive.bytes([("a/0000", content)])
    let entry = one[(one.count - 22 - 52)..<(one.count - 22)]
    var directory: [UInt8] = []
    for index in 0..<10_000 {
      let digits = "\(10_000 + index)".dropFirst()
      let own = Array(entry.dropLast(4))
      directory += index == 0 ? own : changed(own, at: 16, to: [0, 0, 0, 0])
      directory += digits.utf8
    }
    let head = Array(one[..<(one.count - 22 - 52)])
    let end = changed(
      Array(one.suffix(22)), at: 8,
      to: little(10_000, 2) + little(10_000, 2) + little(directory.count, 4))
    #expect(reason(head + directory + end).contains("overlap at 'a/0001'"))
  }
}
