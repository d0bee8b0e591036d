import PipelineDSL
import Testing

@testable import Store

struct ArtifactManifestDifferenceTests {
  private func manifest(_ files: [String: String]) -> ArtifactManifest {
    ArtifactManifest(
      files.map { .init(path: $0.key, size: $0.value.utf8.count, digest: Digest.of($0.value)) })
  }

  @Test(
    arguments: [
      (["a": "1", "b": "2"], ["a": "1", "b": "2"], nil),
      (["a": "1", "b": "2"], ["a": "1", "b": "3"], "b"),
      (["a": "1", "b": "2"], ["a": "1"], "b"), (["b": "2"], ["a": "1", "b": "2"], "a"),
      (["a": "1", "c": "2"], ["a": "1", "b": "9", "c": "3"], "b"), ([:], ["x": ""], "x"),
      ([:], [:], nil),
    ] as [([String: String], [String: String], String?)])
  func findsTheFirstDifferenceByPath(old: [String: String], new: [String: String], first: String?) {
    #expect(manifest(old).firstDifference(from: manifest(new)) == first)
    #expect(manifest(new).firstDifference(from: manifest(old)) == first)
  }
}
