internal import Foundation
internal import PipelineDSL

/// How the logits of several models become those of their ensemble.
struct EnsembleRule: Sendable {
  /// The rules, as named in a pipeline and in `model.json`.
  enum Name: String, ParameterChoice {
    /// The weighted mean of probabilities.
    case mean
    /// The weighted share of models that predict a class.
    case vote
    /// A classifier over the logits of all models.
    case stack
  }

  /// The share of the mean probabilities in the result of a vote: it decides between classes with
  /// equally many votes, and keeps the logits of classes without votes finite.
  static let tieShare = 1e-4

  /// The rule's name.
  let name: Name
  /// The weight of each model; not negative, with a positive sum.
  let weights: [Double]
  /// The classifier over the logits of all models; only with the rule `stack`.
  let stack: FittedClassifier?

  /// The logarithms of the weights, which sum to 1 after division; `-infinity` for 0.
  private let logWeights: [Double]

  /// Creates a rule for as many models as there are weights.
  ///
  /// - Precondition: there is a stack if the rule is `stack`, and otherwise none.
  init(_ name: Name, weights: [Double], stack: FittedClassifier? = nil) {
    precondition((name == .stack) == (stack != nil), "a stack goes with its rule")
    (self.name, self.weights, self.stack) = (name, weights, stack)
    let sum = weights.reduce(0, +)
    logWeights = weights.map { log($0 / sum) }
  }

  /// Whether weights can be used: not negative, finite, and with a positive, finite sum.
  static func isValid(_ weights: [Double]) -> Bool {
    let sum = weights.reduce(0, +)
    return weights.allSatisfy { $0 >= 0 && $0.isFinite } && sum > 0 && sum.isFinite
  }

  /// The logits of the ensemble for each image, from those of its models: models x images x classes.
  func logits(_ models: [[[Float]]]) throws(StageError) -> [[Float]] {
    let images = models.first?.indices ?? 0..<0
    if let stack {
      return try stack.logits(images.flatMap { image in models.flatMap { $0[image] } })
    }
    return images.map { image in
      let rows = models.map { $0[image] }
      let means = meanLogarithms(rows)
      return (name == .vote ? votes(rows, means) : means).map { Float($0) }
    }
  }

  /// The logarithm of each class's mean probability for one image, without underflow.
  private func meanLogarithms(_ rows: [[Float]]) -> [Double] {
    let models = rows.map(Self.logProbabilities)
    return (models.first?.indices ?? 0..<0).map { label in
      Self.logSum(zip(logWeights, models).map { $0 + $1[label] })
    }
  }

  /// The logarithm of each class's share of the votes, with the means between equal ones.
  private func votes(_ rows: [[Float]], _ means: [Double]) -> [Double] {
    var shares = [Double](repeating: 0, count: means.count)
    for (weight, row) in zip(logWeights, rows) {
      shares[ClassificationReport.predicted(row)] += exp(weight)
    }
    return zip(shares, means).map { share, mean in
      Self.logSum([log((1 - Self.tieShare) * share), log(Self.tieShare) + mean])
    }
  }

  /// The derivative of a class's logit with respect to each logit of each model, for one image.
  ///
  /// `nil` for rules without a gradient: votes, and stacks of trees or neighbours.
  func derivatives(_ rows: [[Float]], of label: Int) -> [[Float]]? {
    switch name {
    case .vote: return nil
    case .stack:
      guard let flat = stack?.gradient(of: label, at: rows.flatMap { $0 }) else { return nil }
      var start = 0
      return rows.map { row in
        defer { start += row.count }
        return Array(flat[start..<start + row.count])
      }
    case .mean:
      // log of a sum of w p: each model counts by its share of the sum, and the derivative of log p
      // of a class is 1 minus p for its own logit and minus p for others.
      let models = rows.map(Self.logProbabilities)
      let terms = zip(logWeights, models).map { $0 + $1[label] }
      let total = Self.logSum(terms)
      return zip(models, terms).map { model, term in
        let share = exp(term - total)
        return model.indices.map { Float(share * (($0 == label ? 1 : 0) - exp(model[$0]))) }
      }
    }
  }

  /// The logarithms of the probabilities of a row of logits.
  static func logProbabilities(_ row: [Float]) -> [Double] {
    let logits = row.map { Double($0) }
    let total = logSum(logits)
    return logits.map { $0 - total }
  }

  /// The logarithm of the sum of exponentials, of which at least one is not `-infinity`.
  private static func logSum(_ terms: [Double]) -> Double {
    let top = terms.max() ?? 0
    return top + log(terms.reduce(0) { $0 + exp($1 - top) })
  }
}
