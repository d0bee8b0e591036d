internal import Imaging
internal import PipelineDSL

/// Kernel SHAP over super-pixels (Lundberg and Lee 2017, theorem 2).
///
/// The Shapley values of the probability of a class, with super-pixels as players, solve a least
/// squares problem over coalitions of shown super-pixels, weighted by the Shapley kernel. They sum
/// to the probability of the whole image minus that of the hidden one, exactly, since the last
/// value is what the others leave. With all coalitions the values are exact; with fewer, coalitions
/// are chosen as in the package shap (`ShapleyCoalitions`).
struct KernelSHAP: ExplanationMethod {
  static var parameters: [String] { SuperPixels.parameters + ["samples"] }
  static let isExpensive = true

  /// The maximum number of coalitions to predict, beside the empty and the whole one.
  var samples = 1000

  /// A pivot below this share of its diagonal element means that coalitions do not tell
  /// super-pixels apart.
  private static let tolerance = 1e-10

  static func cost(_ parameters: Explain.Parameters) -> Double { Double(parameters.samples) + 2 }

  init(_ parameters: Explain.Parameters) { samples = parameters.samples }

  /// A method with a number of samples.
  init(samples: Int) { self.samples = samples }

  func findings(
    _ image: Image, _ prediction: ExplainedModel.Prediction, _ setting: ExplanationMethods
  ) throws -> [ExplanationMethods.Named] {
    let parts = SuperPixels(image, setting.parameters)
    var draws = setting.draws(.kernelSHAP, prediction)
    let values = try values(of: parts.count, draws: &draws) { variants in
      try parts.rows(of: variants, classify: setting.model.probabilities).map {
        Double($0[prediction.predicted])
      }
    }
    let map = parts.spread(values)
    try setting.check(map, .kernelSHAP, prediction)
    return [
      setting.finding(
        signed: map, .kernelSHAP, image,
        arrays: [
          ("-values", NPYArray(float32: values.map { Float($0) }, shape: [parts.count])),
          ("-segments", parts.array),
        ])
    ]
  }

  /// The Shapley value of each of `count` players; `predict` returns one number per coalition.
  ///
  /// Throws if the samples are too few to tell the players apart.
  func values(
    of count: Int, draws: inout RandomStream, predict: ([[Bool]]) throws -> [Double]
  ) throws -> [Double] {
    let ends = [
      [Bool](repeating: false, count: count), [Bool](repeating: true, count: count),
    ]
    let coalitions = ShapleyCoalitions(players: count, samples: samples, draws: &draws)
    let predicted = try predict(ends + coalitions.members)
    guard
      let values = Self.solve(
        coalitions, Array(predicted.dropFirst(2)), empty: predicted[0], whole: predicted[1])
    else {
      throw StageError(
        "kernel-shap cannot tell \(count) super-pixels apart with \(samples) samples",
        hint: "raise 'samples', or lower 'segments'")
    }
    return values
  }

  /// The weighted least squares solution whose values sum to `whole - empty`; `nil` if it is not
  /// unique.
  static func solve(
    _ coalitions: ShapleyCoalitions, _ predicted: [Double], empty: Double, whole: Double
  ) -> [Double]? {
    let (count, sum) = (coalitions.players, whole - empty)
    guard count > 1 else { return [sum] }
    // The last player's value is eliminated by the sum.
    let free = count - 1
    var matrix = [Double](repeating: 0, count: free * free)
    var solution = [Double](repeating: 0, count: free)
    var row = [Double](repeating: 0, count: free)
    for (index, members) in coalitions.members.enumerated() {
      let last: Double = members[free] ? 1 : 0
      let target = predicted[index] - empty - last * sum
      let weight = coalitions.weights[index]
      for player in 0..<free { row[player] = (members[player] ? 1 : 0) - last }
      for player in 0..<free where row[player] != 0 {
        let weighted = weight * row[player]
        solution[player] += weighted * target
        for other in 0...player { matrix[player * free + other] += weighted * row[other] }
      }
    }
    guard Cholesky.solve(&matrix, &solution, tolerance: tolerance) else { return nil }
    return solution + [sum - solution.reduce(0, +)]
  }
}
