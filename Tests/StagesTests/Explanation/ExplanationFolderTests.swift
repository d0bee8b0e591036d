import Imaging
import PipelineDSL
import Testing

@testable import Stages

@Suite struct ExplanationFolderTests {
  @Test func namesAreSafeForFiles() {
    #expect(ExplanationFolder.fileName("Early Pre-B/../x") == "Early-Pre-B----x")
    #expect(ExplanationFolder.fileName("") == "-")
    #expect(ExplanationFolder.fileName("Éosinophile_2") == "Éosinophile_2")
    #expect(ExplanationFolder.short("0123456789abcdef") == "0123456789ab")
    #expect(ExplanationFolder.short("0123456789abcdef:train/17") == "0123456789ab-train-17")
  }

  @Test func equalNamesAreNumbered() throws {
    let harness = try StageHarness()
    let root = try harness.write([("keep", [])], under: "out")
    var folder = ExplanationFolder(root, classes: ["a"])
    let sample = Sample(
      id: "0123456789abXX", source: "", nativeLabel: "", label: "a/b", group: "")
    let prediction = ExplainedModel.Prediction(
      index: 0, sample: sample, predicted: 0, probability: 0.5, isRight: true, rank: 0)
    let image = Image(width: 4, height: 4)
    for _ in 0..<2 {
      folder.begin(prediction, image)
      try folder.add(
        .init(method: "lime", views: [("-both", image)], arrays: []), prediction)
    }
    try folder.finish(columns: 2)
    let names = try StageHarness.snapshot(of: root).entries.map(\.path)
    #expect(
      names == [
        "index.csv", "keep", "lime/a-b/right-0123456789ab-2-both.png",
        "lime/a-b/right-0123456789ab-both.png", "overview.png",
      ])
  }

  @Test func framesAreAsWideAsTheyShould() {
    let framed = Image(width: 5, height: 4, filledWith: 9).framed((1, 2, 3))
    #expect(framed[0, 2, 0] == 1 && framed[4, 2, 1] == 2 && framed[2, 3, 2] == 3)
    #expect(framed[2, 2, 0] == 9)
  }
}
