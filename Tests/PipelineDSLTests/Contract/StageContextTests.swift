import PipelineDSL
import Testing

private struct NoEvents: StageEvents {
  func progress(_ progress: StageProgress) {}
  func metric(_ metric: StageMetric) {}
  func warn(_ text: String) {}
  func log(_ text: String) {}
}

@Suite struct StageContextTests {
  private let artifact = InputArtifact(
    digest: Digest.of("a"), stage: "split", files: ["split.csv": "/store/ab"])

  private var context: StageContext {
    StageContext(
      inputs: ["split": [artifact], "none": []],
      locations: ["root": LocationSnapshot(root: "/data", entries: [])], seed: 5,
      scratch: "/scratch", state: StateFolder("/state"), events: NoEvents())
  }

  @Test func artifactsAndPathsAreFoundByName() throws {
    #expect(try context.input("split").digest == Digest.of("a"))
    #expect(context.output("model") == "/scratch/model")
    #expect(try context.location("root").root == "/data")
    #expect(try artifact.path("split.csv") == "/store/ab")
  }

  @Test func missingPartsAreNamed() {
    #expect(throws: StageError("nothing is connected to input 'none'")) {
      try context.input("none")
    }
    #expect(throws: StageError("nothing is connected to input 'x'")) { try context.input("x") }
    #expect(throws: StageError("the location 'x' is not set")) { try context.location("x") }
    #expect(
      throws: StageError(
        "the artifact \(Digest.of("a").short) of 'split' has no x.csv; it has split.csv")
    ) { try artifact.path("x.csv") }
    let many = InputArtifact(
      digest: Digest.of("a"), stage: "s",
      files: Dictionary(uniqueKeysWithValues: (10..<30).map { ("\($0)", "") }))
    let failure = #expect(throws: StageError.self) { try many.path("x") }
    #expect(
      failure?.reason.hasSuffix("it has 10, 11, 12, 13, 14, 15, 16, 17, 18, 19 and 10 more") == true
    )
  }

  @Test func drawsUseTheSeedOfTheContext() {
    var draws = context.draws("split", sample: "s", purpose: "p")
    var same = RandomStream(seed: 5, kind: "split", sample: "s", purpose: "p")
    #expect(draws.next() == same.next())
  }
}
