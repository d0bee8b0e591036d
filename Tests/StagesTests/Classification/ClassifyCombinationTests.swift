import Classifiers
import PipelineDSL
import Testing

@testable import Stages

/// Every pair of method, scale, components, number of classes and fusion.
@Suite(.serialized, .enabled(if: Classifiers.isAvailable)) struct ClassifyCombinationTests {
  private static let methods = ClassifierMethod.allCases.map { JSONValue.string($0.rawValue) }
  private static let scales: [JSONValue] = ["automatic", "none", "standard"]
  private static let components: [JSONValue] = [.null, 3]
  private static let classes = [2, 4]

  @Test func everyPairIsFittedAndEvaluated() throws {
    let counts = [Self.methods.count, Self.scales.count, 2, 2, 2]
    let rows = Pairs.cover(counts)
    #expect(Pairs.missing(in: rows, of: counts).isEmpty)
    let benches = try Self.classes.map { try ClassifyBench(classes: $0, samples: 40) }
    let features = try benches.map { bench in
      try [false, true].map { try bench.features(fused: $0) }
    }
    for row in rows {
      let bench = benches[row[3]]
      let with: JSONObject = [
        "method": Self.methods[row[0]], "scale": Self.scales[row[1]],
        "components": Self.components[row[2]],
      ]
      let fitted = try bench.classify(with, features: features[row[3]][row[4]])
      let seen = try bench.evaluate(fitted["model"])
      #expect(
        seen["predictions"].digest == fitted["predictions"].digest, "\(with), fused: \(row[4])")
      let predictions = try PredictionSet(fitted["predictions"])
      #expect(predictions.classes == bench.classes && predictions.rows.count == 40)
    }
  }
}
