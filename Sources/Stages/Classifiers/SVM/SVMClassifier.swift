/// Support vector machines of pairs of classes, with probabilities.
///
/// A sigmoid per pair gives the probability of the pair's first class, kept within 1e-7 of 0 and 1;
/// coupling makes class probabilities of them. Logits are their logs, with a floor of 1e-9, which a
/// class without training rows always has.
struct SVMClassifier: FeatureClassifier {
  static let file = "svm.txt"
  static let card = "svm.json"
  private static let margin = 1e-7

  let classes: Int
  let machines: PairMachines
  /// One for each pair.
  let sigmoids: [PlattSigmoid]

  var width: Int { machines.width }

  func logits(_ rows: [Float]) throws(ClassifierError) -> [[Float]] {
    try eachRow(rows) { row in
      let coupling = coupling(machines.decisionValues(row))
      var logits = [Float](repeating: Self.logit(0), count: classes)
      for (label, probability) in zip(machines.present, coupling.probabilities) {
        logits[label] = Self.logit(probability)
      }
      return logits
    }
  }

  /// The analytic gradient.
  ///
  /// Where a pair's probability or the logit is held at a limit, the gradient of the value at the
  /// limit is kept, so that rows without doubt have a direction too.
  func gradient(of label: Int, at row: [Float]) -> [Float]? {
    guard let place = machines.present.firstIndex(of: label) else {
      return [Float](repeating: 0, count: width)
    }
    return row.withUnsafeBufferPointer { row in
      guard let row = row.baseAddress else { return nil }
      let values = machines.decisionValues(row)
      let coupling = coupling(values)
      let probability = max(coupling.probabilities[place], Self.smallestProbability)
      let factors = zip(coupling.derivatives(of: place), zip(values, sigmoids)).map {
        let r = Self.limited($1.1.probability($1.0))
        return $0 / probability * -$1.1.slope * r * (1 - r)
      }
      return machines.gradient(factors, row)
    }
  }

  private func coupling(_ values: [Double]) -> PairwiseCoupling {
    let count = machines.present.count
    var pairs = [[Double]](repeating: [Double](repeating: 0, count: count), count: count)
    for (index, pair) in machines.pairs.enumerated() {
      let r = Self.limited(sigmoids[index].probability(values[index]))
      pairs[pair.first][pair.second] = r
      pairs[pair.second][pair.first] = 1 - r
    }
    return PairwiseCoupling(pairs)
  }

  private static func limited(_ probability: Double) -> Double {
    min(max(probability, margin), 1 - margin)
  }
}
