import Foundation
import PipelineDSL
import Stages
import Testing

/// The experiments of the two papers in `Pipelines/paper-a` and `Pipelines/paper-b`.
@Suite struct PaperPipelinesTests {
  private static let files = ["paper-a", "paper-b"].flatMap { folder in
    ((try? FileManager.default.contentsOfDirectory(
      atPath: Repository.path("Pipelines/\(folder)"))) ?? [])
      .filter { $0.hasSuffix(".json") }.sorted().map { "\(folder)/\($0)" }
  }

  private func pipeline(
    _ file: String, _ overrides: [(name: String, value: JSONValue)] = []
  ) throws -> Pipeline {
    let path = Repository.path("Pipelines/\(file)")
    return try PipelineResolver.resolve(
      bytes: [UInt8](Data(contentsOf: URL(fileURLWithPath: path))), file: path,
      overrides: overrides, catalogue: StageCatalogue.all)
  }

  @Test func allExperimentsAreThere() {
    #expect(
      Self.files == [
        "paper-a/aml-benign.json", "paper-a/baselines.json", "paper-a/binary.json",
        "paper-a/cml-benign.json", "paper-a/corpus.json", "paper-a/five-class.json",
        "paper-a/lymphoma-cml.json", "paper-a/lymphoma.json",
        "paper-a/subtypes-multi-cancer.json", "paper-a/subtypes.json",
        "paper-b/architectures.json", "paper-b/binary.json", "paper-b/cross-validation.json",
        "paper-b/fab.json", "paper-b/four-class.json", "paper-b/pak-all.json",
        "paper-b/xincept-all.json",
      ])
  }

  @Test("every pipeline of a paper is valid, with and without weights", arguments: files)
  func everyPipelineIsValid(_ file: String) throws {
    for weights in [JSONValue.string("weights"), .null] {
      #expect(try !pipeline(file, [("weights", weights)]).cells.isEmpty)
    }
  }

  @Test("the grid crops once, and has 7 x 4 models and the two extra ones")
  func gridRepeatsNothing() throws {
    let cells = try pipeline("paper-a/five-class.json").cells
    func count(_ stage: String) -> Int { cells.count { $0.stage == stage } }
    #expect(count("cells") == 1)
    #expect(count("split") == 2)
    // Four augmentations and the consistency form for the tied split, MixUp for the paper's.
    #expect(count("views") == 6)
    #expect(count("model") == 7 * 4 + 2)
  }

  @Test("table 10 is there whole: 28 models by nine numbers")
  func tableTenIsWhole() throws {
    let cells = try pipeline("paper-a/five-class.json").cells
    let scores = cells.filter { $0.stage == "scores" }
    let published = Set(scores.flatMap(\.references))
    #expect(published.count == 28 * 9)
    // Validation accuracies are multiples of 1/1984, as the description says.
    for reference in published where reference.metric == "validation/accuracy" {
      let images = reference.value * 1984
      #expect(abs(images - images.rounded()) < 0.11, "\(reference.value)")
    }
  }
}
