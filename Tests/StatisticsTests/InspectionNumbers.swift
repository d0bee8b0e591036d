import Foundation
import Testing

/// `inspection.json`: results of NumPy, SciPy and scikit-learn; see `inspection.py`.
struct InspectionNumbers: Decodable {
  struct Table: Decodable {
    let left, right: [String]
    let chiSquare, association: Double
    let freedom: Int
  }

  struct Scale: Decodable {
    let values: [Double]
    let median, deviation: Double
  }

  struct Regression: Decodable {
    let rows: [[Double]]
    let targets, residuals: [Double]
  }

  struct Probe: Decodable {
    let features: [[Double]]
    let labels, folds, predicted: [Int]
    let balancedAccuracy: Double
  }

  let tables: [Table]
  let scales: [Scale]
  let regression: Regression
  let probe: Probe

  static func load() throws -> InspectionNumbers {
    let url = try #require(
      Bundle.module.url(forResource: "Fixtures/inspection.json", withExtension: nil))
    return try JSONDecoder().decode(InspectionNumbers.self, from: Data(contentsOf: url))
  }
}
