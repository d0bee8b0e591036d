internal import Foundation

/// A classifier of feature vectors.
public protocol FeatureClassifier: Sendable {
  /// The number of classes.
  var classes: Int { get }

  /// The number of features of a row.
  var width: Int { get }

  /// One logit per class for each row of `width` features; their softmax gives the probabilities
  /// of the method.
  ///
  /// A row's logits do not depend on the other rows. Throws if the rows are not whole or a feature
  /// is not finite.
  func logits(_ rows: [Float]) throws(ClassifierError) -> [[Float]]

  /// The gradient of the logit of class `label` at a row; nil for methods that have none (trees and
  /// neighbours).
  func gradient(of label: Int, at row: [Float]) -> [Float]?

  /// The files that hold the classifier, by name.
  func files() throws(ClassifierError) -> [String: [UInt8]]
}

extension FeatureClassifier {
  /// The log of a probability, with a floor that a class without training rows has.
  static func logit(_ probability: Double) -> Float {
    Float(log(max(probability, smallestProbability)))
  }

  /// The smallest probability that a logit expresses.
  static var smallestProbability: Double { 1e-9 }

  /// The logits of each row, computed one at a time.
  func eachRow(
    _ rows: [Float], _ logits: (UnsafePointer<Float>) -> [Float]
  ) throws(ClassifierError) -> [[Float]] {
    let count = try RowCheck.count(rows, width: width)
    return rows.withUnsafeBufferPointer { rows in
      guard let start = rows.baseAddress else { return [] }
      return (0..<count).map { logits(start + $0 * width) }
    }
  }
}
