import PipelineDSL
import Testing

@testable import Store

@Suite struct FileChangesTests {
  private func line(_ path: String, _ content: String) -> ManifestLine {
    ManifestLine(path: path, size: content.utf8.count, digest: Digest.of(content))
  }

  @Test func describesEveryKindOfChange() {
    let old = [line("a", "1"), line("b", "2"), line("c", "3"), line("same", "4")]
    let new = [line("a", "1!"), line("moved", "2"), line("new", "5"), line("same", "4")]
    #expect(
      FileChanges(from: old, to: new).sentences == [
        "changed a", "added new", "removed c", "renamed b to moved",
      ])
  }

  @Test func noChangesGiveNoSentences() {
    let files = [line("a", "1"), line("b", "1")]
    #expect(FileChanges(from: files, to: files.reversed()).sentences.isEmpty)
  }

  @Test func longListsAreShortened() {
    let new = (0..<5).map { line("f\($0)", "\($0)") }
    #expect(FileChanges(from: [], to: new).sentences == ["added f0, f1, f2 and 2 more"])
  }
}
