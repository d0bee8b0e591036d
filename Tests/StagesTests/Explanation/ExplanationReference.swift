import Foundation
import Imaging

/// Reference values of lime, scikit-learn and PyTorch: `Fixtures/explanation/explanation.py`.
struct ExplanationReference: Decodable {
  struct Surrogate: Decodable {
    var data: [[Int]]
    var kernel: [Double]
    var weights: [Double]
    var intercept: Double
    /// R2 of samples that the regression was not fitted to.
    var fit: Double
    var hidden: [UInt8]
  }
  struct Ridge: Decodable {
    var features, targets, weights, coefficients: [Double]
    var intercept, score: Double
  }
  struct CAM: Decodable {
    var map, large: [Float]
  }
  struct Scores: Decodable {
    var saliency: [Float]
    var mask: [Bool]
    var auroc, energy: Double
  }
  var width, height: Int
  var image: [UInt8]
  var segments: [Int32]
  var mean, grey, black: Surrogate
  /// Hidden in black, kernel width 0.6, penalty 0.05.
  var options: Surrogate
  var ridge: Ridge
  var cam: CAM
  var scores: [Scores]

  static func load() throws -> ExplanationReference {
    try Fixture.json("explanation/explanation.json", as: Self.self)
  }

  /// The script's classifier.
  static func classify(_ images: [Image]) -> [[Float]] {
    images.map { image in
      func mean(_ columns: Range<Int>, _ rows: Range<Int>, _ channel: Int) -> Double {
        let sum = rows.reduce(0) { sum, y in
          sum + columns.reduce(0) { $0 + Int(image[$1, y, channel]) }
        }
        return Double(sum) / 255 / Double(columns.count * rows.count)
      }
      let first: Double = 3 * mean(3..<8, 0..<4, 0)
      let second: Double = 2 * mean(8..<12, 6..<9, 1)
      let both: Double = 4 * mean(0..<3, 4..<6, 2) * mean(0..<3, 6..<9, 0)
      let p = 1 / (1 + exp(-(first - second + both)))
      return [Float(1 - p), Float(p)]
    }
  }
}

/// Reference values of lime with its own super-pixels: `Fixtures/explanation/lime_quickshift.py`.
struct QuickshiftReference: Decodable {
  var width, height: Int
  var image, segments: Data
  var data: [[Int]]
  var weights: [Double]
  var intercept, fit: Double

  static func load() throws -> QuickshiftReference {
    try Fixture.json("explanation/lime_quickshift.json", as: Self.self)
  }
}
