import Foundation
import Imaging
import PipelineDSL
import Testing

@testable import Stages

@Suite struct ExplanationFolderTests {
  @Test func namesAreSafeAsFileNames() {
    #expect(ExplanationFolder.fileName("Early Pre-B/../x") == "Early-Pre-B----x")
    #expect(ExplanationFolder.fileName("") == "-")
    #expect(ExplanationFolder.fileName("grad-cam++") == "grad-cam++")
    #expect(ExplanationFolder.fileName("Éosinophile_2") == "Éosinophile_2")
    #expect(ExplanationFolder.short("0123456789abcdef") == "0123456789ab")
    #expect(ExplanationFolder.short("0123456789abcdef:train/17") == "0123456789ab-train-17")
    #expect(ExplanationFolder.short("0123456789abcdef#002") == "0123456789ab-002")
    #expect(ExplanationFolder.short("0123456789abcdef:val/1#002") == "0123456789ab-val-1-002")
  }

  @Test func duplicateNamesAreNumbered() throws {
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
        .init(method: "lime", finding: Self.finding(image)), prediction)
    }
    try folder.finish(columns: 2)
    let names = try StageHarness.snapshot(of: root).entries.map(\.path)
    #expect(
      names == [
        "index.csv", "keep", "lime/a-b/0123456789ab-2-both.png",
        "lime/a-b/0123456789ab-both.png", "overview.png",
      ])
  }

  private static func finding(_ image: Image) -> Finding {
    Finding(
      saliency: Saliency(
        width: image.width, height: image.height,
        values: [Float](repeating: 0, count: image.width * image.height)),
      views: [("-both", image)], arrays: [])
  }

  /// Large images are scaled down and many are paged, since reports have little room.
  @Test func overviewIsPaged() throws {
    let harness = try StageHarness()
    let root = try harness.write([("keep", [])], under: "paged")
    var folder = ExplanationFolder(root, classes: ["a"])
    let image = Image(width: 200, height: 100)
    for number in 0..<201 {
      let sample = Sample(id: "\(number)", source: "", nativeLabel: "", label: "a", group: "")
      let prediction = ExplainedModel.Prediction(
        index: 0, sample: sample, predicted: 0, probability: 0.5, isRight: true, rank: 0)
      folder.begin(prediction, image)
      try folder.add(.init(method: "m", finding: Self.finding(image)), prediction)
    }
    try folder.finish(columns: 2)
    let pages = try StageHarness.snapshot(of: root).entries.map(\.path).filter {
      $0.hasPrefix("overview")
    }
    #expect(pages == (1...11).map { $0 < 10 ? "overview-0\($0).png" : "overview-\($0).png" })
    let sizes = try pages.map { page in
      let size = try PNGCodec.size(
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(root)/\(page)"))))
      return [size.width, size.height]
    }
    #expect(sizes == [[Int]](repeating: [204, 1044], count: 10) + [[204, 56]])
  }

  @Test func framesHaveTheExpectedWidth() {
    let framed = Image(width: 5, height: 4, filledWith: 9).framed((1, 2, 3))
    #expect(framed[0, 2, 0] == 1 && framed[4, 2, 1] == 2 && framed[2, 3, 2] == 3)
    #expect(framed[2, 2, 0] == 9)
  }
}
