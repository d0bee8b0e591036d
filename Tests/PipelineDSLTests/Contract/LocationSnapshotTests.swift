import PipelineDSL
import Testing

@Suite struct LocationSnapshotTests {
  private func entry(_ path: String, _ text: String = "x") -> LocationSnapshot.Entry {
    LocationSnapshot.Entry(path: path, size: text.utf8.count, digest: Digest.of(text))
  }

  @Test func digestDependsOnContentNotOnRoot() {
    let here = LocationSnapshot(root: "/here", entries: [entry("b"), entry("a/c", "yy")])
    let there = LocationSnapshot(root: "/there", entries: [entry("a/c", "yy"), entry("b")])
    #expect(here.digest == there.digest && here != there)
    #expect(
      here.manifest
        == "\(Digest.of("yy").hex) 2 a/c\n\(Digest.of("x").hex) 1 b\n")
    #expect(here.file(here.entries[0]) == "/here/a/c")
    let alone = LocationSnapshot(root: "/here/b", isFile: true, entries: [entry("b")])
    #expect(alone.file(alone.entries[0]) == "/here/b")
  }

  @Test func everyEntryAffectsTheDigest() {
    let problem = LocationSnapshot.Problem(path: "l", reason: "leads out")
    let snapshots = [
      LocationSnapshot(root: "/r", entries: []),
      LocationSnapshot(root: "/r", entries: [entry("a")]),
      LocationSnapshot(root: "/r", entries: [entry("b")]),
      LocationSnapshot(root: "/r", entries: [entry("a", "y")]),
      LocationSnapshot(root: "/r", entries: [entry("a"), entry("b")]),
      LocationSnapshot(root: "/r", entries: [entry("a")], problems: [problem]),
    ]
    #expect(Set(snapshots.map(\.digest)).count == snapshots.count)
  }

  @Test func pathsAreSortedByBytes() {
    let names = ["🔬", "～", "a", "B", "a/b", "a-b"]
    let snapshot = LocationSnapshot(root: "/r", entries: names.map { entry($0) })
    #expect(snapshot.entries.map(\.path) == ["B", "a", "a-b", "a/b", "～", "🔬"])
  }

  /// Unusual file names that Linux allows.
  @Test func manifestRoundTripsAnyName() throws {
    let names = [
      "a", "a b", " ", "\n", "a\nb", "\r\n", "a\r\nb", "\\", "\\n", "a\\", "\u{301}", "é",
      "e\u{301}",
      "! x", ": ", "a : b", "a:b\\:c", "\t",
    ]
    let snapshot = LocationSnapshot(
      root: "/r", entries: names.map { entry($0) },
      problems: names.flatMap { name in
        names.map { LocationSnapshot.Problem(path: name, reason: $0) }
      })
    let back = try #require(
      LocationSnapshot(manifest: Array(snapshot.manifest.utf8), root: "/r", isFile: false))
    #expect(back == snapshot && back.digest == snapshot.digest)
    #expect(
      back.entries.map { Array($0.path.utf8) } == snapshot.entries.map { Array($0.path.utf8) })
    let lines = snapshot.manifest.utf8.count { $0 == 10 }
    #expect(lines == names.count * (names.count + 1))
  }

  @Test func lineFeedsInNamesCannotForgeEntries() {
    let one = LocationSnapshot(root: "/r", entries: [entry("a\r\n\(Digest.of("x").hex) 1 b")])
    let two = LocationSnapshot(root: "/r", entries: [entry("a\r"), entry("b")])
    #expect(one.digest != two.digest)
  }

  @Test func damagedManifestsAreRefused() {
    for text in [
      "x\n", "! no reason\n", "\(Digest.of("x").hex) -1 a\n", "\(Digest.of("x").hex) 1 \n",
    ] {
      #expect(LocationSnapshot(manifest: Array(text.utf8), root: "/r", isFile: false) == nil)
    }
    #expect(LocationSnapshot(manifest: [0xFF, 10], root: "/r", isFile: false) == nil)
    #expect(LocationSnapshot(manifest: [], root: "/r", isFile: false)?.entries.isEmpty == true)
  }

  @Test(arguments: ["../a", "/etc/passwd", "a/../../b", "a//b", "./a", "a\0b", ".."])
  func aListThatLeadsOutOfTheRootIsNone(_ path: String) {
    let text = "\(Digest.of("x").hex) 1 \(path)\n"
    #expect(LocationSnapshot(manifest: Array(text.utf8), root: "/r", isFile: false) == nil)
  }
}
