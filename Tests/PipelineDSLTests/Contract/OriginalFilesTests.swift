import Foundation
import PipelineDSL
import TestSupport
import Testing

@Suite struct OriginalFilesTests {
  private func entry(_ path: String, _ text: String) -> LocationSnapshot.Entry {
    LocationSnapshot.Entry(path: path, size: text.utf8.count, digest: Digest.of(text))
  }

  @Test func filesAreFoundByContent() throws {
    let folder = try TemporaryFolder()
    try folder.write("a.txt", "one")
    try folder.write("b.txt", "two")
    let files = OriginalFiles([
      LocationSnapshot(
        root: folder.path,
        entries: [entry("b2.txt", "two"), entry("a.txt", "one"), entry("b.txt", "two")]),
      LocationSnapshot(
        root: folder.path + "/a.txt", isFile: true, entries: [entry("a.txt", "one")]),
    ])
    #expect(try files.read(Digest.of("one")) == Array("one".utf8))
    // Of files with equal content, the first by path.
    #expect(try files.path(Digest.of("two")) == folder.path + "/b.txt")
    let alone = OriginalFiles([
      LocationSnapshot(root: folder.path + "/a.txt", isFile: true, entries: [entry("a.txt", "one")])
    ])
    #expect(try alone.read(Digest.of("one")) == Array("one".utf8))
  }

  @Test func changedAndMissingFilesAreErrors() throws {
    let folder = try TemporaryFolder()
    try folder.write("a.txt", "one")
    let files = OriginalFiles([
      LocationSnapshot(root: folder.path, entries: [entry("a.txt", "one"), entry("gone.txt", "x")])
    ])
    try folder.write("a.txt", "eno")
    #expect(
      throws: StageError(
        "\(folder.path)/a.txt: changed during the run", hint: "run again")
    ) { try files.read(Digest.of("one")) }
    #expect(
      throws: StageError(
        "\(folder.path)/gone.txt: cannot be read", hint: "check that it exists and is readable")
    ) { try files.read(Digest.of("x")) }
    let unknown = Digest.of("unknown")
    #expect(
      throws: StageError(
        "no location of this stage's ancestors has a file with digest \(unknown.short)")
    ) { try files.read(unknown) }
  }
}
