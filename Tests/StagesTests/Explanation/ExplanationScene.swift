import Imaging
import Neural
@testable import PipelineDSL

@testable import Stages

/// Six small images of two classes, a model that compares brightness, and masks of the squares.
///
/// Each image is dark with a bright square: on the left of an ALL cell, on the right of an AML
/// cell. The original is twice as wide as the crop, which is its right half.
struct ExplanationScene {
  static let size = 16
  let harness: StageHarness
  let images: ImageSet

  /// The label of each sample; the last is an ALL cell that looks like AML.
  static let labels = ["ALL", "ALL", "AML", "AML", "AML", "ALL"]
  static let ids = (0..<6).map { $0 == 5 ? "ffff:train/5" : "\($0)\($0)\($0)" }

  init() throws {
    harness = try StageHarness()
    images = try ImageSet(try Self.artifact(harness))
  }

  /// The images artifact.
  static func artifact(_ harness: StageHarness) throws -> InputArtifact {
    let pixels = NPYArray(
      uint8: ids.indices.flatMap { image($0).pixels }, shape: [ids.count, size, size, 3])
    let samples = CSVTable(
      columns: SamplesFormat.columns, rows: zip(ids, labels).map { [$0, "s", $1, $1, ""] })
    let crops = CSVTable(
      columns: CropTransform.columns, rows: ids.map { [$0, "64", "32", "32", "0", "32", "32"] })
    return try harness.artifact(
      "images",
      [
        ("pixels.npy", pixels.encoded), ("samples.csv", samples.bytes), ("crops.csv", crops.bytes),
      ])
  }

  /// The columns of the bright square of an image.
  static func square(_ index: Int) -> Range<Int> { index < 2 ? 3..<7 : 9..<13 }

  static func image(_ index: Int) -> Image {
    var image = Image(width: size, height: size, filledWith: 20)
    for y in 4..<8 {
      for x in square(index) {
        for channel in 0..<3 { image[x, y, channel] = 220 }
      }
    }
    return image
  }

  /// A model that only compares how many bright pixels each half has.
  static let model = ExplainedModel(
    classes: ["ALL", "AML"],
    probabilities: { images in
      images.map { image in
        var bright: [Float] = [1, 1]
        for y in 0..<image.height {
          for x in 0..<image.width where image[x, y, 0] > 180 { bright[x < 8 ? 0 : 1] += 1 }
        }
        return bright.map { $0 / (bright[0] + bright[1]) }
      }
    },
    gradCAMs: { _, label in
      // A 4 x 4 map with only the cell at the square's centre set.
      var map = [Float](repeating: 0, count: 16)
      map[label == 0 ? 5 : 6] = 2
      return [("", map, 4, 4)]
    },
    gradients: gradients,
    layerMaps: { _, label in
      // One channel, whose Grad-CAM is the map above.
      var map = [Float](repeating: 0, count: 16)
      map[(label ?? 0) == 0 ? 5 : 6] = 2
      return [
        (
          "",
          LayerMaps(
            activations: map, gradients: [Float](repeating: 1, count: label == nil ? 0 : 16),
            width: 4, height: 4, channels: 1)
        )
      ]
    })

  /// The gradients of the model's logits, which are linear.
  static let gradients = ImageGradients(
    input: { $0.pixels.map { Float($0) / 255 } },
    logits: { inputs in
      stride(from: 0, to: inputs.count, by: pixels * 3).map { start in
        (0...1).map { label in
          (0..<pixels * 3).reduce(0) { $0 + gradient($1, label) * inputs[start + $1] }
        }
      }
    },
    gradients: { inputs, label in inputs.indices.map { gradient($0 % (pixels * 3), label) } })

  private static let pixels = size * size

  /// The gradient of a linear logit: red in one half supports the class, in the other opposes it.
  private static func gradient(_ at: Int, _ label: Int) -> Float {
    guard at % 3 == 0 else { return 0 }
    return (at / 3 % size < size / 2) == (label == 0) ? 0.5 : -0.25
  }

  /// Masks of the given samples at the size of the originals.
  func masks(of indices: [Int], width: Int = 64) throws -> String {
    let table = CSVTable(
      columns: ["id", "path"], rows: indices.map { [Self.ids[$0], "m/\($0).png"] })
    var files = [(path: "masks.csv", bytes: table.bytes)]
    for index in indices {
      var mask = Image(width: width, height: 32, channels: 1)
      for y in 8..<16 {
        for x in Self.square(index).lowerBound * 2..<Self.square(index).upperBound * 2 {
          mask[width - 32 + x, y, 0] = 255
        }
      }
      files.append(("m/\(index).png", try PNGCodec.encode(mask)))
    }
    return try harness.write(files, under: "masks-\(indices.count)-\(width)")
  }

  /// Runs `explain` with the scene's model on all images as test images; `regions` are masks of an
  /// input, and `train` are training images.
  func explain(
    _ with: JSONObject = [:], _ model: ExplainedModel = Self.model, masks: String? = nil,
    regions: InputArtifact? = nil, train: [Int] = [], threads: Int = 1, seed: UInt64 = 17
  ) throws -> StageOutcome {
    try harness.run(
      "explain", with, inputs: regions.map { ["masks": [$0]] } ?? [:],
      locations: masks.map { ["masks": $0] } ?? [:], seed: seed, threads: threads
    ) { values, context in
      guard case .success(let parameters) = Explain.Parameters.read(values) else {
        throw StageError("parameters")
      }
      try Explain(parameters).explain(
        model, images, test: Array(images.samples.indices), train: train, context)
    }
  }
}
