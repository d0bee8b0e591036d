import Imaging
import PipelineDSL

@testable import Stages

/// Reference values of pytorch-grad-cam, captum and shap: `Fixtures/explanation/methods.py`.
///
/// Network and image are those of `AttributionReference`.
struct MethodReference: Decodable {
  struct PlusPlus: Decodable { var package, paper: [Double] }
  struct Smooth: Decodable { var mean, square: [Double] }
  struct Game: Decodable {
    var samples: Int
    var values, weights: [Double]
    var masks: [[Int]]

    /// The coalitions of the package.
    var coalitions: ShapleyCoalitions {
      ShapleyCoalitions(
        players: values.count, members: masks.map { $0.map { $0 == 1 } }, weights: weights)
    }
  }

  var label, copies: Int
  var noise: Double
  var plusPlus: PlusPlus
  var scoreCAM: [String: [Double]]
  var smoothGrad: Smooth
  var allCoalitions, someCoalitions: Game

  static func load() throws -> MethodReference {
    try Fixture.json("explanation/methods.json", as: Self.self)
  }
}
