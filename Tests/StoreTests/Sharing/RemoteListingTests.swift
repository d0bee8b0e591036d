import PipelineDSL
import Testing

@testable import Store

struct RemoteListingTests {
  private func listing(_ lines: String...) -> RemoteListing {
    RemoteListing(parsing: Array(lines.map { $0 + "\n" }.joined().utf8))
  }

  @Test func tellsObjectsFromResults() {
    let digest = Digest.of("a")
    let path = StoreLayout.split(digest.hex)
    let found = listing("14;version", "5;objects/\(path)", "7;keys/\(path).json")
    #expect(found.hasVersion)
    #expect(found.objects == [digest: 5])
    #expect(found.keys == [digest: 7])
    #expect(found.strangers == [])
  }

  @Test func reportsWhatAStoreDoesNotContain() {
    let path = StoreLayout.split(Digest.of("a").hex)
    let found = listing(
      "1;objects/readme", "1;keys/\(path)", "1;objects/x/\(path)", "9;objects/\(path).abc.partial",
      "no size;objects/\(path)")
    #expect(found.objects.isEmpty && found.keys.isEmpty)
    #expect(found.strangers == ["objects/readme", "keys/\(path)", "objects/x/\(path)"])
    #expect(!found.isEmpty)
    #expect(listing().isEmpty)
  }
}
