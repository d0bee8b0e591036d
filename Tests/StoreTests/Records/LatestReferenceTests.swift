import Testing

@testable import Store

struct LatestReferenceTests {
  @Test(
    arguments: [
      ("latest", nil, 0), ("latest~2", nil, 2), ("latest:demo", "demo", 0),
      ("latest:demo~1", "demo", 1), ("latest:a~b", "a~b", 0), ("latest:a~b~3", "a~b", 3),
      ("latest:two words", "two words", 0),
    ] as [(String, String?, Int)])
  func parses(text: String, pipeline: String?, steps: Int) throws {
    let reference = try #require(LatestReference(text))
    #expect(reference.pipeline == pipeline)
    #expect(reference.steps == steps)
  }

  @Test(arguments: ["", "latest:", "latest~x", "latest~-1", "latestx", "best", "latest~"])
  func otherTextIsNone(text: String) {
    #expect(LatestReference(text) == nil)
  }

  @Test func suchNamesAreNotTags() {
    #expect(RunRecords.problem(ofTag: "latest:demo")?.contains("is not a tag") == true)
    #expect(RunRecords.problem(ofTag: "latest-good") == nil)
  }
}
