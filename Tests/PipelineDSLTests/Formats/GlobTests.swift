import Testing

@testable import PipelineDSL

struct GlobTests {
  @Test(arguments: [
    ("test/*", "test/accuracy", true), ("test/*", "train/accuracy", false),
    ("*/loss", "train/loss", true), ("*f1", "test/macro-f1", true), ("t?st/f1", "test/f1", true),
    ("accuracy", "test/accuracy", false), ("*", "", true), ("", "", true), ("", "a", false),
    ("a*b*c", "aXbYbZc", true), ("a*b", "ab/", false),
  ])
  func matches(pattern: String, name: String, fits: Bool) {
    #expect(Glob(pattern).matches(name) == fits)
  }

  @Test func manyStarsAreFast() {
    let pattern = String(repeating: "a*", count: 40) + "b"
    #expect(!Glob(pattern).matches(String(repeating: "a", count: 2000)))
  }
}
