import Imaging
import Neural
import PipelineDSL

@testable import Stages

/// Reference values of PyTorch and NumPy: `Fixtures/explanation/attribution.py`.
struct AttributionReference: Decodable {
  struct Line: Decodable {
    var map, ends: [Double]
  }
  struct Occluded: Decodable {
    var spans: [[Int]]
    var losses, large: [Double]
  }
  var names: [String]
  var classes, label: Int
  var image, evened: [UInt8]
  var mean, black, white: Line
  var occlusion: [String: Occluded]
  var places, weights: [Double]

  static func load() throws -> AttributionReference {
    try Fixture.json("explanation/attribution.json", as: Self.self)
  }

  /// The explained image.
  var picture: Image { Image(width: 16, height: 16, pixels: image) }

  /// The reference for the line from a baseline.
  func line(_ baseline: IntegratedGradients.Baseline) -> Line {
    switch baseline {
    case .mean: mean
    case .black: black
    case .white: white
    }
  }

  /// The script's network as a model artifact: `weights` in `cnn.py` of NeuralTests.
  func model(_ harness: StageHarness) throws -> InputArtifact {
    let table = try Backbone.cnn.network(Backbone.Form(size: 16, classes: classes)).table
    let shapes = Dictionary(uniqueKeysWithValues: table.entries.map { ($0.name, $0.shape) })
    let tensors = names.enumerated().map { salt, name in
      let shape = shapes[name] ?? []
      let values = Self.formula(shape.reduce(1, *), salt: 10 + salt)
      let isGain = name.hasPrefix("features") && name.hasSuffix("weight")
      return Tensor(
        name: name, shape: shape,
        values: values.map { value in
          if shape.count > 1 {
            return value * Float((24 / Double(shape.dropFirst().reduce(1, *))).squareRoot())
          }
          return name.hasSuffix("running_var") || isGain ? 1 + 0.5 * value : 0.2 * value
        })
    }
    let card = ModelCard(
      backbone: .cnn, classes: (0..<classes).map { "class \($0)" }, size: 16,
      normalisation: .standard, parameters: table.parameterCount)
    return try harness.artifact(
      "reference",
      [
        (ModelCard.tensorFile, Safetensors.encode(tensors)),
        (ModelCard.file, Array(JSONPrettyForm.text(of: card.json).utf8)),
      ])
  }

  /// `formula` in `formula.py` of NeuralTests: numbers in [-0.5, 0.5).
  static func formula(_ count: Int, salt: Int) -> [Float] {
    (0..<count).map { index in
      var x = UInt32(truncatingIfNeeded: index + salt * 1_000_003)
      x = x &* 2_654_435_761
      x ^= x >> 15
      x = x &* 2_246_822_519
      x ^= x >> 13
      return Float(Double(x) / 4_294_967_296 - 0.5)
    }
  }
}
