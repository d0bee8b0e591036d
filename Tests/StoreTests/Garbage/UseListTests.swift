import PipelineDSL
import Testing

@testable import Store

struct UseListTests {
  private let a = Digest.of("a")
  private let b = Digest.of("b")

  @Test func readsWhatItWrites() throws {
    var list = UseList()
    list.header = ["host": "a b", "started": "12"]
    (list.keys, list.seconds) = ([a, b], [a: 1.25])
    (list.objects, list.artifacts) = ([b], [a])
    #expect(try UseList(parsing: list.bytes, path: "list") == list)
  }

  @Test func incompleteLastLineIsIgnored() throws {
    let text = "\(a.hex)\n\(b.hex)"
    for length in [text.utf8.count, text.utf8.count - 10, 65] {
      let list = try UseList(parsing: Array(text.utf8.prefix(length)), path: "list")
      #expect(list.keys == [a])
    }
  }

  @Test(arguments: ["words\n", "object x\n", "abc\n", "\n", "artifact\n"])
  func invalidLinesAreDamage(_ text: String) {
    let error = #expect(throws: StoreError.self) {
      try UseList(parsing: Array(text.utf8), path: "list")
    }
    #expect(error?.damaged == true)
    #expect(error?.reason.hasPrefix("line 1 ") == true)
  }
}
