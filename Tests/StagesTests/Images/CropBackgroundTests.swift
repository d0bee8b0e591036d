import Imaging
import PipelineDSL
import Testing

@testable import Stages

/// `background` of `crop-normalise`: what is shown around the cell.
@Suite struct CropBackgroundTests {
  /// Cells of radius 6 and one platelet of radius 2, with a red cell beside the first.
  private func field(_ places: [(x: Int, y: Int)], tone: UInt8 = 120) -> Image {
    var image = Image(width: 90, height: 60, filledWith: 230)
    func disc(_ x: Int, _ y: Int, _ radius: Int, _ colour: [UInt8]) {
      for row in y - radius...y + radius {
        for column in x - radius...x + radius
        where (column - x) * (column - x) + (row - y) * (row - y) <= radius * radius {
          for channel in 0..<3 { image[column, row, channel] = colour[channel] }
        }
      }
    }
    for (x, y) in places { disc(x, y, 6, [tone, 40, 160]) }
    disc(80, 50, 2, [tone, 60, 160])
    disc(14, 10, 7, [210, 150, 148])
    return image
  }

  private let settings: JSONObject = ["size": 21, "denoise": "none", "window": 21]

  private func crops(_ image: Image, _ with: JSONObject) throws -> [Preparation.Result] {
    var settings = settings
    for member in with.members { settings[member.name] = member.value }
    return Preparation(parameters: try CropNormalise.Parameters.read(settings).get())
      .crops(of: image)
  }

  @Test(
    "Outside the cell there is one value, and the cell is unchanged", arguments: [UInt8(0), 255])
  func replacesTheBackground(value: UInt8) throws {
    let image = field([(28, 20)])
    let name: JSONValue = value == 0 ? "black" : "white"
    let kept = try crops(image, [:])[0]
    let result = try crops(image, ["background": name])[0]
    #expect(kept.background == .keep && result.background.fill == value)
    #expect(kept.transform == result.transform)
    for y in 0..<21 {
      for x in 0..<21 {
        let distance = (x - 10) * (x - 10) + (y - 10) * (y - 10)
        // Opening rounds the outermost pixels of a disc off.
        guard distance <= 25 || distance > 36 else { continue }
        let expected = distance <= 25 ? kept.image[x, y, 1] : value
        #expect(result.image[x, y, 1] == expected, "\(x) \(y)")
      }
    }
  }

  @Test("The background has one value after contrast and stain, too")
  func isAppliedLast() throws {
    for contrast in ["stretch", "clahe", "clahe-lightness"] {
      let image = try crops(
        field([(28, 20)]), ["background": "black", "contrast": .string(contrast), "tiles": 2])[0]
        .image
      #expect(image[0, 0, 0] == 0 && image[20, 20, 2] == 0 && image[10, 10, 2] > 0, "\(contrast)")
    }
  }

  @Test("Without a mask, all large cells of the image are shown")
  func showsAllCellsWithoutAMask() throws {
    let image = field([(28, 20), (60, 36)])
    let result = try crops(
      image, ["mask": "none", "background": "black", "window": .null, "square": false, "size": 90]
    )[0]
    #expect(result.foundCell && result.background == .black)
    func green(_ x: Int, _ y: Int) -> UInt8 { result.image[x, y * 90 / 60, 1] }
    #expect(green(28, 20) > 0 && green(60, 36) > 0)
    #expect(green(80, 50) == 0 && green(14, 10) == 0, "no platelet and no red cell")
  }

  @Test("A crop without a cell in the ranges keeps its background")
  func keepsTheBackgroundWithoutACell() throws {
    let without = try crops(field([]), ["background": "black", "minimum-area": 0.01])[0]
    #expect(!without.foundCell && without.background == .keep)
    let other = try crops(field([(28, 20)]), ["background": "black", "hue-range": [90, 120]])[0]
    #expect(other.foundCell && other.background == .keep)
    #expect(other.image[20, 20, 0] == 230)
  }

  private func samples(_ harness: StageHarness) throws -> (InputArtifact, [String: Image]) {
    let images = [
      field([(28, 20)]), field([(40, 30)], tone: 110), field([(20, 30), (60, 30)], tone: 100),
      field([]),
    ]
    var byID: [String: Image] = [:]
    let files = try images.enumerated().map { index, image in
      let bytes = try BMPCodec.encode(image)
      byID[Digest.of(bytes).hex] = image
      return (path: "\(index % 2 == 0 ? "a" : "b")/\(index).bmp", bytes: bytes)
    }
    let root = try harness.write(files, under: "data")
    let ingest = try harness.run("ingest/image-folder", locations: ["root": root])
    return (ingest["samples"], byID)
  }

  @Test("crops.csv names the background, and a stored preparation repeats the pixels")
  func stageAndPredictionAgree() throws {
    let harness = try StageHarness()
    let (samples, originals) = try samples(harness)
    let with: JSONObject = [
      "size": 24, "background": "black", "contrast": "clahe-lightness", "tiles": 3,
      "minimum-area": 0.01,
    ]
    var digests: [[String: String]] = []
    for threads in [1, 3] {
      let outcome = try harness.run(
        "crop-normalise", with, inputs: ["samples": [samples]], threads: threads)
      digests.append(outcome.digests)
      let rows = try outcome["images"].rows(
        "crops.csv", ["id", CropTransform.wholeColumn, CropTransform.backgroundColumn])
      #expect(rows.map { $0[1] + $0[2] }.sorted() == ["0black", "0black", "0black", "1keep"])
      #expect(outcome.metrics["with-background"] == 1)
      #expect(outcome.events.warnings.contains { $0.hasPrefix("1 of 4 crops keep") })
      let images = try ImageSet(outcome["images"])
      let preparation = try #require(images.preparation)
      #expect(preparation.parameters.background == .black)
      for (index, sample) in images.samples.enumerated() {
        let original = try #require(originals[sample.id])
        // Compared as a Boolean, so that a failure does not print the pixels.
        let isEqual = try preparation.apply(original).image == images.image(index)
        #expect(isEqual, "\(sample.id)")
      }
    }
    #expect(digests[0] == digests[1])
  }

  @Test("A background that is kept leaves no trace in the artifact")
  func keptBackgroundIsNotListed() throws {
    let harness = try StageHarness()
    let outcome = try harness.run(
      "crop-normalise", ["size": 24], inputs: ["samples": [try samples(harness).0]])
    #expect(outcome.metrics["with-background"] == nil)
    #expect(!(try outcome.text("images", "crop.json").contains("background")))
    #expect(
      try outcome.table("images", "crops.csv").columns
        == CropTransform.columns + [CropTransform.wholeColumn])
    let old: JSONValue = ["size": 24, "contrast": "none"]
    #expect(try Preparation(old).parameters.background == .keep)
  }
}
