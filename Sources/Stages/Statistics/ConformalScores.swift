/// How little each class conforms to the probabilities of a sample: what prediction sets are cut by.
///
/// A set has the classes whose score is at most a threshold (`ConformalThreshold`).
public struct ConformalScores: Sendable, Hashable {
  /// How a score follows from probabilities.
  public enum Method: Sendable, Hashable {
    /// 1 - the probability of the class: least ambiguous sets (Sadinle, Lei and Wasserman 2019).
    case lac
    /// The probabilities of all classes that are more probable, and the class's own times a draw:
    /// adaptive sets (Romano, Sesia and Candès 2020).
    case aps
    /// As `aps`, and a penalty for each rank beyond `rank`, counted from 1: regularised adaptive
    /// sets (Angelopoulos, Bates, Malik and Jordan 2021).
    case raps(penalty: Double, rank: Int)
  }

  /// The method.
  public let method: Method

  /// The scores of a method.
  ///
  /// - Precondition: A penalty is finite and not negative, and a rank is not negative.
  public init(_ method: Method) {
    if case .raps(let penalty, let rank) = method {
      precondition(penalty >= 0 && penalty.isFinite && rank >= 0, "\(method)")
    }
    self.method = method
  }

  /// The score of each class, rounded to twelve decimals.
  ///
  /// `draw` is uniform from 0 to 1 and belongs to the sample; 1 gives the sets without randomisation.
  /// Of equally probable classes the earlier ranks first. `lac` uses no draw.
  ///
  /// - Precondition: The draw is from 0 to 1.
  public func values(_ probabilities: [Double], draw: Double = 1) -> [Double] {
    precondition((0...1).contains(draw), "a draw of \(draw)")
    let shares = probabilities.map(StableNumber.rounded)
    var (penalty, free) = (0.0, 0)
    switch method {
    case .lac: return shares.map { StableNumber.rounded(1 - $0) }
    case .aps: break
    case .raps(let own, let rank): (penalty, free) = (own, rank)
    }
    let order = shares.indices.sorted { (-shares[$0], $0) < (-shares[$1], $1) }
    var scores = [Double](repeating: 0, count: shares.count)
    var above = 0.0
    for (place, label) in order.enumerated() {
      let beyond = Double(max(0, place + 1 - free))
      scores[label] = StableNumber.rounded(above + draw * shares[label] + penalty * beyond)
      above += shares[label]
    }
    return scores
  }
}
