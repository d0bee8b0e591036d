import Foundation
import Testing

@testable import Classifiers

/// Decodes a committed file of reference numbers.
func fixture<Value: Decodable>(_ name: String, as type: Value.Type) throws -> Value {
  try JSONDecoder().decode(type, from: Data(fixtureBytes(name)))
}

func fixtureBytes(_ name: String) throws -> [UInt8] {
  let url = try #require(Bundle.module.url(forResource: "Fixtures/\(name)", withExtension: nil))
  return try [UInt8](Data(contentsOf: url))
}

/// `count` numbers in [-0.5, 0.5), the same as `formula` in Fixtures/tables.py.
func formula(_ count: Int, salt: Int) -> [Float] {
  (0..<count).map { index in
    var x = UInt32(truncatingIfNeeded: index + salt * 1_000_003)
    x = x &* 2_654_435_761
    x ^= x >> 15
    x = x &* 2_246_822_519
    x ^= x >> 13
    return Float(Double(x) / 4_294_967_296 - 0.5)
  }
}

/// The same as `table` in Fixtures/tables.py; rows of classes in `without` are left out.
func table(
  _ count: Int, _ width: Int, classes: Int, salt: Int, without: Set<Int> = []
) -> FeatureTable {
  let numbers = formula(count * width, salt: salt)
  var table = FeatureTable(rows: [], labels: [], width: width)
  for row in 0..<count where !without.contains(row % classes) {
    table.labels.append(row % classes)
    table.rows += (0..<width).map { feature in
      numbers[row * width + feature] + (feature % classes == row % classes ? 0.25 : 0)
    }
  }
  return table
}

/// Probabilities of logits.
func softmax(_ logits: [Float]) -> [Double] {
  let largest = logits.max() ?? 0
  let values = logits.map { exp(Double($0 - largest)) }
  return values.map { $0 / values.reduce(0, +) }
}

/// The largest difference; infinite if the lengths differ or there is nothing to compare.
func difference(_ found: some Collection<Double>, _ expected: [Double]) -> Double {
  guard found.count == expected.count else { return .infinity }
  return zip(found, expected).map { abs($0 - $1) }.max() ?? .infinity
}

/// Settings that fit small tables in a moment.
func settings(_ method: ClassifierMethod) -> ClassifierSettings {
  var settings = ClassifierSettings()
  settings.method = method
  settings.trees = method == .xgboost ? 8 : 15
  settings.eta = 0.3
  settings.depth = 3
  settings.minimumChildWeight = 0.5
  return settings
}

func fit(
  _ settings: ClassifierSettings, _ train: FeatureTable, _ validation: FeatureTable? = nil,
  classes: Int, seed: UInt64 = 5
) throws -> any FeatureClassifier {
  try Classifiers.fit(
    settings, train: train, validation: validation, classes: classes, seed: seed
  ) { _, _ in }
}

/// Compares the gradient with central differences of the logit.
func gradientDifference(
  _ classifier: any FeatureClassifier, label: Int, at row: [Float]
) throws -> Double {
  let gradient = try #require(classifier.gradient(of: label, at: row))
  let step: Float = 1 / 256
  var expected: [Double] = []
  for feature in row.indices {
    var (above, below) = (row, row)
    above[feature] += step
    below[feature] -= step
    let logits = try classifier.logits(above + below)
    expected.append(Double(logits[0][label] - logits[1][label]) / Double(2 * step))
  }
  let scale = expected.map(abs).max() ?? 0
  return difference(gradient.map(Double.init), expected) / max(scale, 1e-9)
}
